import { type Base, stateOf } from '../../model/index.ts';
import { imagesOnBase, type Reach, type ReachedRow } from '../../server-store/index.ts';
import type { BaseSummary } from '../contract/index.ts';
import type { Handlers } from '../http/handler.ts';
import { notFound } from '../http/problems.ts';
import type { Service } from '../service.ts';
import { basesOf } from './known-bases.ts';
import { known, resultOfRank } from './shapes.ts';

type Names = 'listBases' | 'getBase';

const mostShown = 500;

export function baseHandlers(service: Service): Pick<Handlers, Names> {
  return {
    async listBases({ identity }) {
      const bases = await basesOf(service);
      return {
        items: await Promise.all(bases.map(async (base) => (await summaryOf(service, base, identity.reach)).summary)),
      };
    },
    async getBase({ params, identity }) {
      const base = (await basesOf(service)).find(({ name }) => name === params.name);
      if (base === undefined)
        throw notFound(`base ${params.name}`, 'plimsoll base add takes one in; serve --bases FOLDER shows them');
      const { summary, children } = await summaryOf(service, base, identity.reach);
      return {
        ...summary,
        releaseList: base.releases.map((release) => ({
          ...known({
            digest: release.digest,
            platform: release.platform ?? null,
            reference: release.reference,
            added: release.added,
            sizeBytes: release.sizeBytes,
            endorsedBy: release.endorsement?.by ?? null,
            endorsedAt: release.endorsement?.at ?? null,
          }),
          state: stateOf(base, release),
          verdict: release.verdict?.result ?? 'unknown',
          children: children.filter(({ baseDigest }) =>
            [release.digest, ...release.aliases].some((digest) => digest === baseDigest),
          ).length,
        })) as never,
        history: base.history.map((event) => known(event)) as never,
        childList: children.slice(0, mostShown).map((child) => ({
          digest: child.image,
          name: child.name,
          verdict: resultOfRank(child.rank),
          running: child.running,
          ...(child.baseDigest === null ? {} : { release: child.baseDigest }),
        })),
      };
    },
  };
}

async function summaryOf(
  { store }: Service,
  base: Base,
  reach: Reach,
): Promise<{ readonly summary: BaseSummary; readonly children: readonly ReachedRow[] }> {
  const digests = base.releases.flatMap(({ digest, aliases }) => [digest, ...aliases]);
  const all = await imagesOnBase(store, { names: [base.name], digests }, reach);
  const children = all.filter(({ image }) => !digests.some((digest) => digest === image));
  const counts = { pass: 0, fail: 0, cannotTell: 0, unknown: 0 };
  for (const { rank } of children) counts[(['fail', 'cannotTell', 'unknown', 'pass'] as const)[rank]!]++;
  const newest = base.releases.at(-1);
  return {
    children,
    summary: {
      name: base.name,
      purpose: base.purpose,
      owner: base.owner,
      source: base.source,
      state: base.state,
      channels: [...base.channels],
      releases: base.releases.length,
      children: counts,
      running: children.reduce((sum, { running }) => sum + running, 0),
      ...(base.description === undefined ? {} : { description: base.description }),
      ...(base.supportEnd === undefined ? {} : { supportEnd: base.supportEnd }),
      ...(newest === undefined
        ? {}
        : {
            newest: {
              digest: newest.digest,
              added: newest.added,
              sizeBytes: newest.sizeBytes,
              verdict: newest.verdict?.result ?? 'unknown',
              state: stateOf(base, newest),
            },
          }),
    },
  };
}
