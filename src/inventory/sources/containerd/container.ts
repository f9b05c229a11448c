import { isUtf8 } from 'node:buffer';
import type { Fields } from '../../../formats/protobuf/index.ts';
import { at, digestIn, flagAt, listAt, numberAt, parseAnswer, textAt, textsAt } from '../../members.ts';
import { placementOf } from '../../placement.ts';
import type { ContainerConfiguration, Sighting, SourceSettings } from '../../source.ts';

/** What containerd lists of a namespace (its api/services, version 1). */
export interface Listed {
  readonly images: readonly Fields[];
  readonly containers: readonly Fields[];
  readonly tasks: readonly Fields[];
}

export interface ListedSettings {
  readonly namespace: string;
  readonly settings: SourceSettings;
  readonly now: Date;
  redact(text: string): string;
}

/** Process status RUNNING, PAUSED, PAUSING (api/types/task). */
const runs = new Set([2, 4, 5]);

/** The containers that have a task that runs. */
export function readListed({ images, containers, tasks }: Listed, settings: ListedSettings): readonly Sighting[] {
  const running = new Set(tasks.filter((each) => runs.has(each.number(4))).map((each) => each.text(2) || each.text(1)));
  const digests = new Map(images.map((each) => [each.text(1), each.messages(3)[0]?.text(2) ?? '']));
  // The CRI keeps each image under the digest of its configuration, too.
  const configs = new Map(
    [...digests].filter(([name]) => digestIn(name) === name).map(([name, digest]) => [digest, name]),
  );
  return containers.flatMap((each) => {
    const id = each.text(1);
    if (!running.has(id) || id === '' || id.length > 256) return [];
    const imageName = each.text(3).slice(0, 1024);
    const digest = digestIn(digests.get(imageName));
    const imageIds = [digest, configs.get(digest ?? '')].filter((one) => one !== undefined);
    return [sightingOf(each, { ...settings, imageIds, imageName })];
  });
}

function sightingOf(
  container: Fields,
  { namespace, settings, now, redact, imageIds, imageName }: ListedSettings & Pick<Sighting, 'imageIds' | 'imageName'>,
): Sighting {
  const id = container.text(1);
  const labels = Object.fromEntries(
    Object.entries(container.map(2))
      .slice(0, 1000)
      .map(([name, value]) => [name.slice(0, 4096), value.slice(0, 4096)]),
  );
  const pod = labels['io.kubernetes.pod.name'];
  const podsNamespace = labels['io.kubernetes.pod.namespace'] ?? '';
  const name =
    pod === undefined ? id : `${podsNamespace}/${pod}/${labels['io.kubernetes.container.name'] ?? 'sandbox'}`;
  const created = container.messages(8)[0]?.number(1) ?? 0;
  return {
    // The same id may be given in two namespaces.
    id: `${namespace}/${id}`,
    name,
    imageIds,
    imageName,
    ...(pod === undefined ? {} : { workload: { namespace: podsNamespace, kind: 'Pod', name: pod } }),
    ...placementOf(settings, labels),
    labels,
    configuration: configurationOf(container, redact),
    since: created > 946_684_800 && created * 1000 < now.getTime() ? new Date(created * 1000) : now,
  };
}

/** From the runtime's specification (OCI runtime-spec, config.json), which says what the container really got. */
function configurationOf(container: Fields, redact: (text: string) => string): ContainerConfiguration {
  const value = container.messages(5)[0]?.bytes(2);
  if (value === undefined || !isUtf8(value)) return {};
  let spec: unknown;
  try {
    spec = parseAnswer(value, 'the specification');
  } catch {
    return {};
  }
  const uid = numberAt(spec, 'process', 'user', 'uid');
  const command = textsAt(spec, 'process', 'args');
  const joined = command.join(' ');
  const own = new Set(listAt(spec, ['linux', 'namespaces']).map((each) => textAt(each, 'type')));
  const hosts = (name: string): string | undefined => (own.has(name) ? undefined : 'host');
  return {
    capabilitiesAdded: textsAt(spec, 'process', 'capabilities', 'bounding'),
    user: uid === undefined ? undefined : String(uid),
    readOnlyRoot: flagAt(spec, 'root', 'readonly') ?? false,
    network: hosts('network'),
    pid: hosts('pid'),
    ipc: hosts('ipc'),
    security: at(spec, 'linux', 'seccomp') === undefined ? ['seccomp=unconfined'] : undefined,
    runtime: container.messages(4)[0]?.text(1),
    mounts: listAt(spec, ['mounts'], 256)
      .filter((each) => textAt(each, 'type') === 'bind')
      .map((each) => ({
        kind: 'bind',
        from: textAt(each, 'source') ?? '',
        to: textAt(each, 'destination') ?? '',
        readOnly: textsAt(each, 'options').includes('ro'),
      })),
    variables: textsAt(spec, 'process', 'env').map(redact),
    command: command.length === 0 ? undefined : redact(joined) === joined ? command : [redact(joined)],
  };
}
