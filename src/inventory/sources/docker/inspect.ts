import { at, digestIn, flagAt, labelsAt, listAt, numberAt, textAt, textsAt, timeAt } from '../../members.ts';
import { placementOf } from '../../placement.ts';
import type { ContainerConfiguration, Ending, Mount, Port, Sighting, SourceSettings } from '../../source.ts';

/** What the engine says of an image (Docker Engine API, ImageInspect). */
export interface EngineImage {
  /** `registry.example.com/shop/cart@sha256:…`: by which registries have it that it came from or went to. */
  readonly repositoryDigests: readonly string[];
  /** What the engine calls it: the digest of its configuration, or with containerd's store of its manifest or index. */
  readonly id: string;
  readonly platform?: string;
  readonly healthcheck?: string;
}

export function readImage(answer: unknown): EngineImage | undefined {
  const id = digestIn(textAt(answer, 'Id'));
  if (id === undefined) return undefined;
  const [os, architecture, variant] = ['Os', 'Architecture', 'Variant'].map((name) => textAt(answer, name));
  const platform = os && architecture ? [os, architecture, ...(variant ? [variant] : [])].join('/') : undefined;
  return {
    id,
    repositoryDigests: textsAt(answer, 'RepoDigests').filter((each) => digestIn(each) !== undefined),
    ...(platform === undefined ? {} : { platform }),
  };
}

/** A container's inspection, with what is only used while watching. */
export interface Inspected {
  readonly sighting: Sighting;
  readonly isRunning: boolean;
  readonly ending: Ending;
  /** What its health check runs: those are no execs that anybody asked for. */
  readonly healthCommand?: string;
}

export interface InspectSettings {
  readonly settings: SourceSettings;
  readonly image: EngineImage | undefined;
  readonly now: Date;
  redact(text: string): string;
}

/** Reads what the engine says of a container (ContainerInspect); undefined where it has no id. */
export function readContainer(
  answer: unknown,
  { settings, image, now, redact }: InspectSettings,
): Inspected | undefined {
  const id = textAt(answer, 'Id');
  if (id === undefined || !/^[0-9a-f]{12,64}$/.test(id)) return undefined;
  const labels = labelsAt(answer, 'Config', 'Labels');
  const named = digestIn(textAt(answer, 'Image'));
  const references = image?.repositoryDigests ?? [];
  const imageIds = [...new Set([...references.map(digestIn), named])].filter((each) => each !== undefined);
  const workload = workloadOf(labels);
  const exitCode = numberAt(answer, 'State', 'ExitCode');
  const finishedAt = timeAt(answer, ['State', 'FinishedAt'], now);
  const healthCommand = healthCommandOf(answer);
  return {
    sighting: {
      id,
      name: (textAt(answer, 'Name') ?? id.slice(0, 12)).replace(/^\//, ''),
      imageIds: imageIds.slice(0, 64),
      imageName: textAt(answer, 'Config', 'Image') ?? '',
      ...(references[0] === undefined ? {} : { imageReference: references[0] }),
      ...(image?.platform === undefined ? {} : { platform: image.platform }),
      ...(workload === undefined ? {} : { workload }),
      ...placementOf(settings, labels),
      labels,
      configuration: configurationOf(answer, redact),
      since: timeAt(answer, ['State', 'StartedAt'], now) ?? timeAt(answer, ['Created'], now) ?? now,
    },
    isRunning: flagAt(answer, 'State', 'Running') === true,
    ending: {
      id,
      ...(finishedAt === undefined ? {} : { at: finishedAt }),
      ...(exitCode === undefined ? {} : { exitCode }),
      ...(flagAt(answer, 'State', 'OOMKilled') === true ? { why: 'OOMKilled' } : {}),
    },
    ...(healthCommand === undefined ? {} : { healthCommand }),
  };
}

/** Compose and Swarm name theirs by labels. */
export function workloadOf(labels: Readonly<Record<string, string>>): Sighting['workload'] {
  const service = labels['com.docker.swarm.service.name'];
  if (service) return { namespace: labels['com.docker.stack.namespace'] ?? '', kind: 'SwarmService', name: service };
  const composed = labels['com.docker.compose.service'];
  if (!composed) return undefined;
  return { namespace: labels['com.docker.compose.project'] ?? '', kind: 'ComposeService', name: composed };
}

function configurationOf(answer: unknown, redact: (text: string) => string): ContainerConfiguration {
  const host = (name: string): readonly string[] => ['HostConfig', name];
  const security = textsAt(answer, ...host('SecurityOpt'));
  const health = textAt(answer, 'State', 'Health', 'Status');
  const variables = textsAt(answer, 'Config', 'Env');
  const command = [textAt(answer, 'Path'), ...textsAt(answer, 'Args')].filter((each) => each !== undefined);
  return {
    privileged: flagAt(answer, ...host('Privileged')),
    capabilitiesAdded: textsAt(answer, ...host('CapAdd')),
    capabilitiesDropped: textsAt(answer, ...host('CapDrop')),
    user: textAt(answer, 'Config', 'User'),
    readOnlyRoot: flagAt(answer, ...host('ReadonlyRootfs')),
    network: textAt(answer, ...host('NetworkMode')),
    pid: textAt(answer, ...host('PidMode')) || undefined,
    ipc: textAt(answer, ...host('IpcMode')) || undefined,
    security: security.length === 0 ? undefined : security.map((each) => each.slice(0, 256)),
    runtime: textAt(answer, ...host('Runtime')),
    mounts: listAt(answer, ['Mounts'], 256).map(mountOf),
    ports: portsOf(at(answer, 'NetworkSettings', 'Ports')),
    variables: variables.map(redact),
    command: command.length === 0 ? undefined : commandOf(command, redact),
    health,
  };
}

/** A secret may stand in the argument after its flag: the whole line is looked at. */
function commandOf(command: readonly string[], redact: (text: string) => string): readonly string[] {
  const joined = command.join('\u0001');
  const readable = joined.replaceAll('\u0001', ' ');
  return redact(readable) === readable ? command : [redact(readable)];
}

function mountOf(mount: unknown): Mount {
  return {
    kind: textAt(mount, 'Type') ?? 'bind',
    from: textAt(mount, 'Source') || textAt(mount, 'Name') || '',
    to: textAt(mount, 'Destination') ?? '',
    readOnly: flagAt(mount, 'RW') === false,
  };
}

function portsOf(ports: unknown): readonly Port[] {
  if (typeof ports !== 'object' || ports === null) return [];
  return Object.entries(ports)
    .slice(0, 256)
    .flatMap(([inside, bindings]) => {
      const outside = listAt({ bindings }, ['bindings'], 16).map(
        (each) => `${textAt(each, 'HostIp') ?? ''}:${textAt(each, 'HostPort') ?? ''}`,
      );
      return outside.length === 0 ? [{ inside }] : outside.map((each) => ({ inside, outside: each }));
    });
}

/** As `exec_start` names it. */
function healthCommandOf(answer: unknown): string | undefined {
  const [form, ...words] = textsAt(answer, 'Config', 'Healthcheck', 'Test');
  if (form === 'CMD') return words.join(' ');
  if (form !== 'CMD-SHELL') return undefined;
  const shell = textsAt(answer, 'Config', 'Shell');
  return [...(shell.length === 0 ? ['/bin/sh', '-c'] : shell), ...words].join(' ');
}
