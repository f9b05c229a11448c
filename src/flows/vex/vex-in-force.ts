import { parseVex, type VexStatement } from '../../policy/index.ts';
import { allVex, lastVexChange, type Store, type VexInForceRow } from '../../server-store/index.ts';

/** The VEX statements that count now. */
export interface VexInForce {
  /** Number of the last change that is in it. */
  readonly change: number;
  /** Those that are given to the judge of an image; undefined where there are none. The same list for images alike. */
  statementsFor(image: {
    readonly digest: string;
    readonly team: string | undefined;
  }): readonly VexStatement[] | undefined;
}

interface ReadDocument extends Pick<VexInForceRow, 'id' | 'image' | 'team'> {
  readonly statements: readonly VexStatement[];
}

/** By the pool of a store: what was read of documents stays until some change. */
const known = new WeakMap<Store['pool'], VexInForce>();

/** Reads the documents that are in force, again only where something changed. */
export async function vexInForce(store: Store): Promise<VexInForce> {
  // The number first: with what changes between the two the next look finds a change.
  const change = await lastVexChange(store);
  const before = known.get(store.pool);
  if (before?.change === change) return before;
  const rows = change === 0 ? [] : await allVex(store);
  const documents = rows.map(({ id, name, image, team, text }) => ({
    ...{ id, image, team },
    statements: parseVex(Buffer.from(text), name).statements,
  }));
  const inForce = { change, statementsFor: statementsOf(documents) };
  known.set(store.pool, inForce);
  return inForce;
}

function statementsOf(documents: readonly ReadDocument[]): VexInForce['statementsFor'] {
  const everywhere = documents.filter(({ image }) => image === null);
  const byImage = Map.groupBy(
    documents.filter(({ image }) => image !== null),
    ({ image }) => image!,
  );
  const lists = new Map<string, readonly VexStatement[]>();
  return ({ digest, team }) => {
    const own = byImage.get(digest) ?? [];
    const mine = [...everywhere, ...own].filter((each) => each.team === null || each.team === team);
    if (mine.length === 0) return undefined;
    if (mine.some(({ image }) => image !== null)) return mine.flatMap(({ statements }) => statements);
    // What is made of a list is made once for each: images of a team share theirs.
    const key = mine.map(({ id }) => id).join(' ');
    let list = lists.get(key);
    if (list === undefined) lists.set(key, (list = mine.flatMap(({ statements }) => statements)));
    return list;
  };
}
