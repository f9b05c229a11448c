import { hash } from 'node:crypto';
import { CodedError } from '../../model/index.ts';
import type { Store } from '../store.ts';

/** What people write and change, with all its versions: policies, bases, builders, trust roots. */
export type DocumentKind = 'policy' | 'base' | 'builder' | 'trust-root';

export interface DocumentVersion {
  readonly kind: DocumentKind;
  readonly name: string;
  /** 1 for the first. */
  readonly version: number;
  /** `sha256:…` of the text. */
  readonly digest: string;
  readonly text: string;
  readonly writtenBy: string;
  readonly why: string | null;
  readonly writtenAt: string;
}

export interface NewVersion {
  readonly kind: DocumentKind;
  readonly name: string;
  readonly text: string;
  readonly writtenBy: string;
  readonly why?: string;
  /** The version that the writer has seen; 0 for a new document. */
  readonly basedOn: number;
}

/** Writes a new version. @throws CodedError `document-changed` where somebody else has written one meanwhile. */
export async function writeDocument(store: Store, next: NewVersion): Promise<DocumentVersion> {
  const { kind, name, text, writtenBy, why, basedOn } = next;
  const isNext = ((await readDocument(store, kind, name))?.version ?? 0) === basedOn;
  // Of two that write at once the key lets one through.
  const row = await (isNext ? insertVersion() : undefined);
  if (row === undefined)
    throw new CodedError('document-changed', `the ${kind} ${name} was changed meanwhile: you have version ${basedOn}`, {
      hint: 'read it again and make your change there',
    });
  return versionOf(row);

  function insertVersion() {
    return store.db
      .insertInto('document')
      .values({
        kind,
        name,
        version: basedOn + 1,
        digest: `sha256:${hash('sha256', text, 'hex')}`,
        text,
        written_by: writtenBy,
        why: why ?? null,
      })
      .onConflict((conflict) => conflict.doNothing())
      .returningAll()
      .executeTakeFirst();
  }
}

/** The latest version, or the one that is named; undefined where there is none. */
export async function readDocument(
  store: Store,
  kind: DocumentKind,
  name: string,
  version?: number,
): Promise<DocumentVersion | undefined> {
  let query = store.db.selectFrom('document').selectAll().where('kind', '=', kind).where('name', '=', name);
  if (version !== undefined) query = query.where('version', '=', version);
  const row = await query.orderBy('version', 'desc').limit(1).executeTakeFirst();
  return row === undefined ? undefined : versionOf(row);
}

/** The latest version of every document of a kind, by name. */
export async function listDocuments(store: Store, kind: DocumentKind): Promise<readonly DocumentVersion[]> {
  const rows = await store.db
    .selectFrom('document')
    .distinctOn('name')
    .selectAll()
    .where('kind', '=', kind)
    .orderBy('name')
    .orderBy('version', 'desc')
    .execute();
  return rows.map(versionOf);
}

/** All versions of one, newest first. */
export async function documentHistory(
  store: Store,
  kind: DocumentKind,
  name: string,
): Promise<readonly DocumentVersion[]> {
  const rows = await store.db
    .selectFrom('document')
    .selectAll()
    .where('kind', '=', kind)
    .where('name', '=', name)
    .orderBy('version', 'desc')
    .execute();
  return rows.map(versionOf);
}

function versionOf(row: {
  readonly kind: string;
  readonly name: string;
  readonly version: number;
  readonly digest: string;
  readonly text: string;
  readonly written_by: string;
  readonly why: string | null;
  readonly written_at: string;
}): DocumentVersion {
  const { kind, name, version, digest, text, why } = row;
  return {
    kind: kind as DocumentKind,
    name,
    version,
    digest,
    text,
    writtenBy: row.written_by,
    why,
    writtenAt: row.written_at,
  };
}
