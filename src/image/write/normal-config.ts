import { type JsonKind, objectOf, parseJson } from '../oci/index.ts';

const kind: JsonKind = { what: 'the configuration of the built image', code: 'bad-image-config' };

type Members = Readonly<Record<string, unknown>>;

/** What of an image's configuration means anything to whoever runs it (image-spec, config.md; Docker's additions). */
const ofImage = ['created', 'author', 'architecture', 'variant', 'os', 'os.version', 'os.features'];
const ofContainer = [
  'User',
  'ExposedPorts',
  'Env',
  'Entrypoint',
  'Cmd',
  'Volumes',
  'WorkingDir',
  'Labels',
  'StopSignal',
  'StopTimeout',
  'ArgsEscaped',
  'Healthcheck',
  'Shell',
  'OnBuild',
];

/**
 * The configuration without what differs from build to build: names of containers, ids of what a builder kept, times after
 * `latest`; layers as given. Members in one order, so that the same meaning has the same bytes.
 */
export function normalConfig(bytes: Uint8Array, diffIds: readonly string[], latest: number): Buffer {
  const whole: Members = objectOf(parseJson(bytes, kind), 'it', kind);
  const container = isMembers(whole['config']) ? whole['config'] : {};
  const history = Array.isArray(whole['history']) ? (whole['history'] as readonly unknown[]) : [];
  const normal = {
    ...picked(whole, ofImage),
    created: noLater(whole['created'], latest),
    config: picked(container, ofContainer),
    rootfs: { type: 'layers', diff_ids: diffIds },
    history: history.filter(isMembers).map((step) => ({
      ...picked(step, ['created', 'created_by', 'author', 'comment', 'empty_layer']),
      created: noLater(step['created'], latest),
    })),
  };
  return Buffer.from(JSON.stringify(normal, sortedMaps));
}

/** The configuration with more labels; the same bytes where there are none to add. */
export function withLabels(bytes: Uint8Array, labels: Readonly<Record<string, string>>): Uint8Array {
  if (Object.keys(labels).length === 0) return bytes;
  const whole: Members = objectOf(parseJson(bytes, kind), 'it', kind);
  const container = isMembers(whole['config']) ? whole['config'] : {};
  const own = isMembers(container['Labels']) ? container['Labels'] : {};
  const config = { ...container, Labels: { ...own, ...labels } };
  return Buffer.from(JSON.stringify({ ...whole, config }, sortedMaps));
}

/** A time that is none counts as the latest one. */
function noLater(time: unknown, latest: number): string {
  const written = typeof time === 'string' ? Date.parse(time) : NaN;
  const milliseconds = Number.isNaN(written) ? latest * 1000 : Math.min(written, latest * 1000);
  return new Date(Math.floor(milliseconds / 1000) * 1000).toISOString().replace('.000Z', 'Z');
}

function picked(members: Members, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    names
      .filter((name) => Object.hasOwn(members, name) && members[name] !== null && members[name] !== undefined)
      .map((name) => [name, members[name]]),
  );
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Labels, ports and volumes have no order of their own. */
function sortedMaps(key: string, value: unknown): unknown {
  if (!isMembers(value) || !['Labels', 'ExposedPorts', 'Volumes'].includes(key)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
