import { at, digestIn, flagAt, labelsAt, listAt, numberAt, textAt, textsAt, timeAt } from '../../members.ts';
import { placementOf } from '../../placement.ts';
import type { ContainerConfiguration, Ending, Mount, Port, Sighting, SourceSettings, Who } from '../../source.ts';

export interface PodSettings {
  readonly settings: SourceSettings;
  readonly namespaceLabels: Readonly<Record<string, string>>;
  readonly workload: NonNullable<Sighting['workload']>;
  /** Of the node on which it runs. */
  readonly platform: string | undefined;
  readonly now: Date;
  redact(text: string): string;
}

/** The containers of a pod, those that run and those that ran. */
export interface PodContainers {
  readonly running: readonly Sighting[];
  readonly ended: readonly Ending[];
}

const kinds = [
  { statuses: 'initContainerStatuses', specs: 'initContainers' },
  { statuses: 'containerStatuses', specs: 'containers' },
  { statuses: 'ephemeralContainerStatuses', specs: 'ephemeralContainers' },
] as const;

/** Reads a pod (core/v1 Pod) with all of its containers, those that are started to look into it too. */
export function readPod(pod: unknown, settings: PodSettings): PodContainers {
  const running: Sighting[] = [];
  const ended: Ending[] = [];
  for (const { statuses, specs } of kinds)
    for (const status of listAt(pod, ['status', statuses], 256)) {
      const name = textAt(status, 'name');
      const spec = listAt(pod, ['spec', specs], 256).find((each) => textAt(each, 'name') === name);
      const sighting = sightingOf(pod, status, spec, settings);
      if (sighting !== undefined) running.push(sighting);
      for (const state of ['state', 'lastState']) {
        const ending = endingOf(at(status, state, 'terminated'), settings.now);
        if (ending !== undefined) ended.push(ending);
      }
    }
  return { running, ended };
}

/** `containerd://4f5e…` without what runs it. */
function idOf(text: string | undefined): string | undefined {
  return /^(?:[a-z0-9.+-]{1,32}:\/\/)?([0-9a-zA-Z_.-]{12,128})$/.exec(text ?? '')?.[1];
}

function sightingOf(pod: unknown, status: unknown, spec: unknown, settings: PodSettings): Sighting | undefined {
  const id = idOf(textAt(status, 'containerID'));
  if (id === undefined || at(status, 'state', 'running') === undefined) return undefined;
  const labels = labelsAt(pod, 'metadata', 'labels');
  const imageId = textAt(status, 'imageID');
  const digest = digestIn(imageId);
  const reference = /^(?:[a-z-]+:\/\/)?([^\s:@][^\s@]*@sha256:[0-9a-f]{64})$/.exec(imageId ?? '')?.[1];
  const startedBy = whoStarted(pod);
  const name = `${textAt(pod, 'metadata', 'namespace') ?? ''}/${textAt(pod, 'metadata', 'name') ?? ''}/${textAt(status, 'name') ?? ''}`;
  return {
    id,
    name,
    imageIds: digest === undefined ? [] : [digest],
    imageName: textAt(spec, 'image') ?? textAt(status, 'image') ?? '',
    ...(reference === undefined ? {} : { imageReference: reference }),
    ...(settings.platform === undefined ? {} : { platform: settings.platform }),
    workload: settings.workload,
    ...placementOf(settings.settings, settings.namespaceLabels, labels),
    labels,
    configuration: configurationOf(pod, spec, settings.redact),
    since: timeAt(status, ['state', 'running', 'startedAt'], settings.now) ?? settings.now,
    ...(startedBy === undefined ? {} : { startedBy }),
  };
}

function endingOf(terminated: unknown, now: Date): Ending | undefined {
  const id = idOf(textAt(terminated, 'containerID'));
  if (id === undefined) return undefined;
  const finishedAt = timeAt(terminated, ['finishedAt'], now);
  const exitCode = numberAt(terminated, 'exitCode');
  const reason = textAt(terminated, 'reason');
  return {
    id,
    ...(finishedAt === undefined ? {} : { at: finishedAt }),
    ...(exitCode === undefined ? {} : { exitCode }),
    ...(reason === undefined || reason === 'Completed' ? {} : { why: reason }),
  };
}

/** A controller, or the program by which somebody made a pod of its own; the API does not say who that was. */
function whoStarted(pod: unknown): Who | undefined {
  const owner = listAt(pod, ['metadata', 'ownerReferences'], 16).find((each) => flagAt(each, 'controller') === true);
  if (owner !== undefined) {
    const name = `${textAt(owner, 'kind') ?? '?'} ${textAt(owner, 'name') ?? '?'}`;
    return { kind: 'automation', name, known: 'kubernetes: the controller of the pod' };
  }
  const manager = listAt(pod, ['metadata', 'managedFields'], 64)
    .filter((each) => textAt(each, 'subresource') === undefined)
    .map((each) => textAt(each, 'manager'))
    .find((each) => each !== undefined);
  if (manager === undefined) return undefined;
  return {
    kind: manager.startsWith('kubectl') ? 'human' : 'automation',
    name: `somebody with ${manager}`,
    known: 'kubernetes: the field manager, which says what it likes',
  };
}

function configurationOf(pod: unknown, spec: unknown, redact: (text: string) => string): ContainerConfiguration {
  const own = at(spec, 'securityContext');
  const pods = at(pod, 'spec', 'securityContext');
  const user = numberAt(own, 'runAsUser') ?? numberAt(pods, 'runAsUser');
  const hosts = (name: string): string | undefined => (flagAt(pod, 'spec', name) === true ? 'host' : undefined);
  const command = [...textsAt(spec, 'command'), ...textsAt(spec, 'args')];
  const seccomp = textAt(own, 'seccompProfile', 'type') ?? textAt(pods, 'seccompProfile', 'type');
  const joined = command.join(' ');
  return {
    // What the API leaves out is not so.
    privileged: flagAt(own, 'privileged') ?? false,
    capabilitiesAdded: textsAt(own, 'capabilities', 'add'),
    capabilitiesDropped: textsAt(own, 'capabilities', 'drop'),
    user: user === undefined ? '' : String(user),
    readOnlyRoot: flagAt(own, 'readOnlyRootFilesystem') ?? false,
    network: hosts('hostNetwork'),
    pid: hosts('hostPID'),
    ipc: hosts('hostIPC'),
    security: seccomp === undefined ? undefined : [`seccomp=${seccomp}`],
    runtime: textAt(pod, 'spec', 'runtimeClassName'),
    mounts: mountsOf(pod, spec),
    ports: listAt(spec, ['ports'], 64).map(portOf),
    variables: listAt(spec, ['env'], 500).map((each) => redact(`${textAt(each, 'name') ?? ''}=${valueOf(each)}`)),
    command: command.length === 0 ? undefined : redact(joined) === joined ? command : [redact(joined)],
    node: textAt(pod, 'spec', 'nodeName'),
    account: textAt(pod, 'spec', 'serviceAccountName'),
  };
}

/** Values from elsewhere are not looked up: we may not read secrets, and need not. */
function valueOf(variable: unknown): string {
  const value = textAt(variable, 'value');
  if (value !== undefined) return value;
  const secret = textAt(variable, 'valueFrom', 'secretKeyRef', 'name');
  const map = textAt(variable, 'valueFrom', 'configMapKeyRef', 'name');
  return secret !== undefined ? `<secret ${secret}>` : map !== undefined ? `<config map ${map}>` : '';
}

function mountsOf(pod: unknown, spec: unknown): readonly Mount[] {
  const volumes = new Map(listAt(pod, ['spec', 'volumes'], 256).map((each) => [textAt(each, 'name'), each]));
  return listAt(spec, ['volumeMounts'], 256).map((mount) => {
    const volume = volumes.get(textAt(mount, 'name'));
    const kind = Object.keys((volume ?? {}) as object).find((name) => name !== 'name') ?? 'unknown';
    const named = ['path', 'secretName', 'claimName', 'name'].map((name) => textAt(volume, kind, name));
    return {
      kind,
      from: named.find((each) => each !== undefined) ?? textAt(mount, 'name') ?? '',
      to: textAt(mount, 'mountPath') ?? '',
      readOnly: flagAt(mount, 'readOnly') === true,
    };
  });
}

function portOf(port: unknown): Port {
  const inside = `${numberAt(port, 'containerPort') ?? 0}/${(textAt(port, 'protocol') ?? 'TCP').toLowerCase()}`;
  const outside = numberAt(port, 'hostPort');
  return outside === undefined ? { inside } : { inside, outside: `${textAt(port, 'hostIP') ?? ''}:${outside}` };
}
