import type { ImageRecord } from '../../model/index.ts';
import type { ContainerRow } from '../../server-store/index.ts';
import type { ProvenanceHop } from '../contract/index.ts';

/** From commit to containers, as far as record, tags and inventory tell; what nobody knows is a gap. */
export function provenanceOf(
  record: ImageRecord,
  tags: readonly { readonly repository: string; readonly tag: string; readonly since: string }[],
  containers: readonly ContainerRow[],
): readonly ProvenanceHop[] {
  const { labels, annotations, created, attestations } = record.image;
  const said = (name: string): string | undefined => annotations[name] ?? labels[name];
  const source = said('org.opencontainers.image.source');
  const revision = said('org.opencontainers.image.revision');
  const tag = tags[0];
  const oldest = containers.map(({ since }) => since).sort()[0];
  const hosts = new Set(containers.map(({ host }) => host));
  return [
    {
      kind: 'commit',
      known: revision !== undefined,
      detail:
        revision === undefined
          ? 'the image does not say which commit it was built from'
          : `${source ?? 'a source that it does not name'} at ${revision}, as the image itself says`,
      ...(revision !== undefined || source === undefined ? {} : { who: source }),
    },
    {
      kind: 'builder',
      known: false,
      detail: `no builder that is trusted here vouches for it${created === undefined ? '' : `; it says of itself that it was made on ${created.slice(0, 10)}`}`,
    },
    {
      kind: 'signature',
      known: false,
      detail:
        attestations.length > 0
          ? `${attestations.length} attestations lie beside it, which nobody has verified here: plimsoll verify IMAGE does`
          : 'no signature was verified here: plimsoll verify IMAGE says whether there is one to trust',
    },
    tag === undefined
      ? { kind: 'registry', known: false, detail: 'no registry is known that holds it' }
      : { kind: 'registry', known: true, detail: `${tag.repository}:${tag.tag}`, when: tag.since },
    {
      kind: 'containers',
      known: containers.length > 0,
      detail:
        containers.length === 0
          ? 'no container that we know of runs from it'
          : `${containers.length} ${containers.length === 1 ? 'container' : 'containers'} on ${[...hosts].sort().slice(0, 3).join(', ')}${hosts.size > 3 ? ` and ${hosts.size - 3} more` : ''}`,
      ...(oldest === undefined ? {} : { when: oldest }),
    },
  ];
}
