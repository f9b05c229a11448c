import type { Comparison as ModelComparison, Finding } from '../../model/index.ts';
import { compareRecords } from '../../record/index.ts';
import { listContainers, cursorOf, imageHistory, tagLives } from '../../server-store/index.ts';
import type { Comparison, ListQuery } from '../contract/index.ts';
import type { Handlers } from '../http/handler.ts';
import type { Service } from '../service.ts';
import { findingsPart, imageRow } from './image-parts.ts';
import { executablesPart, packagesPart } from './image-lists.ts';
import { currentRecordOf, reachImage, recordOf } from './images.ts';
import { placeAfter } from './list-place.ts';
import { knownEvidence, provenanceOf } from './provenance.ts';
import { containerOf, known, pageWith } from './shapes.ts';

type Names =
  | 'listFindings'
  | 'listPackages'
  | 'listSecrets'
  | 'listExecutables'
  | 'listHistory'
  | 'listImageContainers'
  | 'getProvenance'
  | 'compareImages';

/** What a verdict comes to that names nothing. */
const wordless = {
  pass: 'nothing is against it',
  fail: 'it fails',
  'cannot-tell': 'it can’t be told',
  unknown: 'not judged',
};

export function imageDetailHandlers(service: Service): Pick<Handlers, Names> {
  const { store } = service;
  return {
    async listFindings({ params, query, identity }) {
      const all = await findingsPart(service, await imageRow(service, identity, params.digest));
      const { kind, severity, owner, layer, fixable, q } = query;
      const part = q?.toLowerCase();
      return partOf(
        all.filter(
          (finding) =>
            (kind === undefined || finding.kind === kind) &&
            (severity === undefined || finding.severity === severity) &&
            (owner === undefined || finding.owner === owner) &&
            (layer === undefined || finding.place.layer === layer) &&
            (fixable === undefined || (finding.fix?.state === 'fixed') === fixable) &&
            (part === undefined ||
              [finding.name, finding.title, finding.packageName ?? '', ...(finding.aliases ?? [])].some((text) =>
                text.toLowerCase().includes(part),
              )),
        ),
        query,
      );
    },
    async listSecrets({ params, query, identity }) {
      const all = await findingsPart(service, await imageRow(service, identity, params.digest));
      return partOf(
        all.filter(({ kind }) => kind === 'secret' || kind === 'private-key'),
        query,
      );
    },
    async listPackages({ params, query, identity }) {
      const all = await packagesPart(service, await imageRow(service, identity, params.digest));
      const { q, type, owner, layer } = query;
      const part = q?.toLowerCase();
      return partOf(
        all.filter(
          (found) =>
            (type === undefined || found.type === type) &&
            (owner === undefined || found.place.owner === owner) &&
            (layer === undefined || found.place.layer === layer) &&
            (part === undefined || found.name.toLowerCase().includes(part)),
        ),
        query,
      );
    },
    async listExecutables({ params, query, identity }) {
      const all = await executablesPart(service, await imageRow(service, identity, params.digest));
      const part = query.q?.toLowerCase();
      return partOf(
        all.filter(
          ({ place, setuid, setgid }) =>
            (query.setuid === undefined || setuid || setgid) &&
            (part === undefined || (place.path ?? '').toLowerCase().includes(part)),
        ),
        query,
      );
    },
    async listHistory({ params, identity }) {
      await reachImage(service, identity, params.digest);
      const events = await imageHistory(store, params.digest);
      return {
        items: events.map(({ why, ...event }) => ({
          ...(known(event) as { at: string; kind: 'verdict' | 'tag' | 'scan' }),
          what:
            event.kind === 'verdict'
              ? (why ?? wordless[event.to ?? 'unknown'])
              : event.kind === 'tag'
                ? `${event.reference} points here`
                : `scanned as ${event.reference}`,
        })),
      };
    },
    async listImageContainers({ params, query, identity }) {
      await reachImage(service, identity, params.digest);
      const { cursor, limit } = query;
      const page = await listContainers(store, {
        image: params.digest,
        running: true,
        reach: identity.reach,
        limit,
        ...(cursor === undefined ? {} : { after: cursor }),
      });
      return pageWith(page, containerOf);
    },
    async getProvenance({ params, identity }) {
      const record = await recordOf(service, identity, params.digest);
      const { items } = await listContainers(store, {
        image: params.digest,
        running: true,
        reach: identity.reach,
        limit: 1000,
      });
      const known = await knownEvidence(service, params.digest);
      return { hops: [...provenanceOf(record, await tagLives(store, params.digest), { containers: items, known })] };
    },
    async compareImages({ params, identity }) {
      const from = await currentRecordOf(service, identity, params.a);
      const to = await currentRecordOf(service, identity, params.b);
      return comparisonOf(compareRecords(from, to));
    },
  };
}

/** A part of what was made whole: the record is one document, so that the place in it is a number. */
function partOf<T>(items: readonly T[], { limit, cursor }: ListQuery): { items: T[]; next?: string } {
  const from = placeAfter(cursor);
  const shown = items.slice(from, from + limit);
  return { items: shown, ...(from + limit < items.length ? { next: cursorOf([from + limit]) } : {}) };
}

function comparisonOf({
  from,
  to,
  packages,
  executables,
  findings: found,
  configuration,
  caveats,
}: ModelComparison): Comparison {
  const brief = ({ name, version, type, place }: ModelComparison['packages']['added'][number]) => ({
    name,
    version,
    type,
    owner: place.owner,
  });
  const shown = (finding: Finding) => {
    const { id, severity, title } = finding;
    return { id, severity, title, name: finding.kind === 'vulnerability' ? finding.advisory : finding.kind };
  };
  return {
    from: { ...from },
    to: { ...to },
    packages: {
      added: packages.added.map(brief),
      removed: packages.removed.map(brief),
      changed: packages.changed.map((change) => ({
        name: change.to.name,
        type: change.to.type,
        from: change.from.version,
        to: change.to.version,
        owner: change.to.place.owner,
      })),
    },
    findings: {
      new: found.new.map(({ finding, cause }) => ({ ...shown(finding), cause })),
      gone: found.gone.map(shown),
    },
    configuration: configuration.map((change) => ({ ...change })),
    executables: {
      added: executables.added.length,
      removed: executables.removed.length,
      changed: executables.changed.length,
    },
    caveats: [...caveats],
  };
}
