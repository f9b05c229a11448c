import { setTimeout as sleep } from 'node:timers/promises';
import { CodedError } from '../../../model/index.ts';
import type { InventorySource, Sighting, SourceSettings, WatchContext } from '../../source.ts';
import { readListed } from './container.ts';
import { GrpcSocket } from './grpc.ts';

/** Between two lists. */
const roundMs = 5000;
/** Docker keeps its own there, and tells more of them: they are its source's. */
const dockersNamespace = 'moby';
const mostContainers = 100_000;

export const containerdInventory: InventorySource = {
  kind: 'containerd',
  secrets: [],
  periodSeconds: 60,
  check: ({ address }) => void socketOf(address),
  async test(settings, context) {
    const socket = open(settings, context);
    try {
      const [version] = await socket.call('containerd.services.version.v1.Version/Version');
      const containers = await listAll(socket, settings, context);
      return `${socket.label} is of version ${version?.text(1) ?? '?'} and runs ${containers.length} containers`;
    } finally {
      socket.close();
    }
  },
  async *watch(settings, context) {
    const socket = open(settings, context);
    try {
      const [version] = await socket.call('containerd.services.version.v1.Version/Version');
      yield { kind: 'heard', about: { labels: { version: version?.text(1) ?? '?' } } };
      for (;;) {
        yield { kind: 'all', containers: await listAll(socket, settings, context), ended: [] };
        await sleep(Math.min(roundMs, context.pulseMs), undefined, { signal: context.signal });
      }
    } finally {
      socket.close();
    }
  },
};

function open(settings: SourceSettings, { signal, stallTimeoutMs }: WatchContext): GrpcSocket {
  return new GrpcSocket(socketOf(settings.address), { signal, timeoutMs: stallTimeoutMs });
}

function socketOf(address: string): string {
  if (/^unix:\/\/\/./.test(address)) return address.slice('unix://'.length);
  throw new CodedError('bad-source-address', `"${address.slice(0, 200)}" is no socket of containerd`, {
    kind: 'usage',
    hint: 'it is unix:///run/containerd/containerd.sock',
  });
}

async function listAll(
  socket: GrpcSocket,
  settings: SourceSettings,
  context: WatchContext,
): Promise<readonly Sighting[]> {
  const [namespaces] = await socket.call('containerd.services.namespaces.v1.Namespaces/List');
  const all: Sighting[] = [];
  for (const namespace of namespaces?.messages(1).map((each) => each.text(1)) ?? []) {
    if (namespace === dockersNamespace || !/^[A-Za-z0-9][A-Za-z0-9._-]{0,75}$/.test(namespace)) continue;
    const [images] = await socket.call('containerd.services.images.v1.Images/List', namespace);
    // Tasks after containers: one that starts between the two is seen the next time, none is said to run that has no container.
    const containers = await socket.call('containerd.services.containers.v1.Containers/ListStream', namespace);
    const [tasks] = await socket.call('containerd.services.tasks.v1.Tasks/List', namespace);
    const listed = {
      images: images?.messages(1) ?? [],
      tasks: tasks?.messages(1) ?? [],
      containers: containers.flatMap((each) => each.messages(1)),
    };
    for (const each of readListed(listed, { namespace, settings, now: context.now(), redact: context.redact }))
      all.push(each);
    if (all.length > mostContainers)
      throw new CodedError(
        'bad-source-answer',
        `${socket.label} says that it runs more than ${mostContainers} containers`,
      );
  }
  return all;
}
