import type {
  ComparedImage,
  Comparison,
  ConfigurationChange,
  Differences,
  Executable,
  Finding,
  ImageRecord,
  NewFinding,
  Package,
} from '../model/index.ts';
import { compareText } from './identity.ts';

/**
 * What changed from one image to another: packages, executables, findings with what brought the new ones,
 * configuration. Things are matched by what they are and where they lie, not by layer, so a rebuild changes nothing.
 */
export function compareRecords(from: ImageRecord, to: ImageRecord): Comparison {
  const { differences, before } = comparePackages(visible(from.packages), visible(to.packages));
  return {
    from: sizeOf(from),
    to: sizeOf(to),
    packages: differences,
    executables: compareExecutables(visible(from.executables), visible(to.executables)),
    findings: compareFindings(from, to, before),
    configuration: compareConfiguration(from, to),
    caveats: caveatsOf(from, to),
  };
}

function sizeOf({ image, statistics, layers, packages, executables, findings }: ImageRecord): ComparedImage {
  return {
    digest: image.digest,
    sizeBytes: statistics.sizeBytes,
    layers: layers.length,
    packages: packages.length,
    executables: executables.length,
    findings: findings.length,
  };
}

function visible<Item extends { readonly place: { readonly deletedIn?: number } }>(items: readonly Item[]): Item[] {
  return items.filter(({ place }) => place.deletedIn === undefined);
}

interface ComparedPackages {
  readonly differences: Differences<Package>;
  /** What each package of the second image was in the first, by its id, whether or not it changed; those that came have none. */
  readonly before: ReadonlyMap<string, Package>;
}

/** Packages of one name are paired by version, then by place; what is left over on both sides, one by one, has changed. */
function comparePackages(from: readonly Package[], to: readonly Package[]): ComparedPackages {
  const before = grouped(from);
  const after = grouped(to);
  const was = new Map<string, Package>();
  const added: Package[] = [];
  const removed: Package[] = [];
  const changed: { from: Package; to: Package }[] = [];
  for (const key of [...new Set([...before.keys(), ...after.keys()])].sort()) {
    let left = before.get(key) ?? [];
    let right = after.get(key) ?? [];
    for (const same of [(found: Package) => `${found.version} ${placeKey(found)}`, (found: Package) => found.version]) {
      const { pairs, rest } = withoutPairs(left, right, same);
      for (const pair of pairs) was.set(pair.to.id, pair.from);
      ({ left, right } = rest);
    }
    const moved = withoutPairs(left, right, placeKey);
    changed.push(...moved.pairs);
    ({ left, right } = moved.rest);
    const [oldOnly] = left;
    const [newOnly] = right;
    if (left.length === 1 && right.length === 1 && oldOnly !== undefined && newOnly !== undefined) {
      changed.push({ from: oldOnly, to: newOnly });
      continue;
    }
    removed.push(...left);
    added.push(...right);
  }
  for (const pair of changed) was.set(pair.to.id, pair.from);
  return { differences: { added, removed, changed }, before: was };
}

function grouped(packages: readonly Package[]): Map<string, Package[]> {
  const groups = new Map<string, Package[]>();
  for (const found of packages) {
    const key = `${found.type} ${found.name} ${found.arch ?? ''}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [found]);
    else group.push(found);
  }
  return groups;
}

function placeKey({ place }: Pick<Package, 'place'>): string {
  return `${place.path ?? ''}!${place.innerPath ?? ''}`;
}

interface Pairing<Item> {
  readonly pairs: readonly { readonly from: Item; readonly to: Item }[];
  readonly rest: { left: Item[]; right: Item[] };
}

/** Pairs items of equal key, each at most once. */
function withoutPairs<Item>(
  left: readonly Item[],
  right: readonly Item[],
  keyOf: (item: Item) => string,
): Pairing<Item> {
  const waiting = new Map<string, Item[]>();
  for (const item of right) {
    const queue = waiting.get(keyOf(item));
    if (queue === undefined) waiting.set(keyOf(item), [item]);
    else queue.push(item);
  }
  const paired = new Set<Item>();
  const pairs: { from: Item; to: Item }[] = [];
  const restLeft: Item[] = [];
  for (const item of left) {
    const match = waiting.get(keyOf(item))?.shift();
    if (match === undefined) {
      restLeft.push(item);
    } else {
      paired.add(match);
      pairs.push({ from: item, to: match });
    }
  }
  return { pairs, rest: { left: restLeft, right: right.filter((item) => !paired.has(item)) } };
}

function compareExecutables(from: readonly Executable[], to: readonly Executable[]): Differences<Executable> {
  const { pairs, rest } = withoutPairs(from, to, ({ place }) => place.path ?? '');
  const byPath = (a: Executable, b: Executable): number => compareText(a.place.path ?? '', b.place.path ?? '');
  return {
    added: rest.right.sort(byPath),
    removed: rest.left.sort(byPath),
    changed: pairs.filter((pair) => executableKey(pair.from) !== executableKey(pair.to)),
  };
}

/** What makes a file run differently: its bytes, its mode, its owner, what it may. */
function executableKey({ sha256, mode, uid, gid, capabilities }: Executable): string {
  return `${sha256} ${mode} ${uid} ${gid} ${capabilities ?? ''}`;
}

function compareFindings(
  from: ImageRecord,
  to: ImageRecord,
  before: ComparedPackages['before'],
): Comparison['findings'] {
  const { left, right } = withoutPairs(worthy(from), worthy(to), findingKey).rest;
  const { rest } = withoutMoved(left, right, before);
  return {
    new: rest.right.map((finding): NewFinding => {
      if (finding.kind !== 'vulnerability') return { finding, cause: 'content' };
      const was = before.get(finding.packageId);
      if (was === undefined) return { finding, cause: 'package-added' };
      if (was.version === finding.packageVersion) return { finding, cause: 'newly-known' };
      return { finding, cause: 'package-changed', previousVersion: was.version };
    }),
    gone: rest.left,
  };
}

/** What is wrong with a package that lies elsewhere now, and was wrong with it before, is neither new nor gone. */
function withoutMoved(
  left: readonly Finding[],
  right: readonly Finding[],
  before: ComparedPackages['before'],
): Pairing<Finding> {
  const after = new Map([...before].map(([id, was]) => [was.id, id]));
  const keyed = new Map<Finding, string>();
  for (const finding of left)
    if (finding.kind === 'vulnerability') {
      const id = after.get(finding.packageId);
      if (id !== undefined) keyed.set(finding, `${id} ${finding.advisory}`);
    }
  for (const finding of right)
    if (finding.kind === 'vulnerability') keyed.set(finding, `${finding.packageId} ${finding.advisory}`);
  return withoutPairs(left, right, (finding) => keyed.get(finding) ?? `${finding.kind} ${finding.id}`);
}

/** Bloat is told by the sizes; what is wrong with a package that an upper layer took away went with it. */
function worthy({ findings }: ImageRecord): Finding[] {
  return findings.filter(
    ({ kind, place }) => kind !== 'bloat' && (kind !== 'vulnerability' || place.deletedIn === undefined),
  );
}

function findingKey(finding: Finding): string {
  const { place } = finding;
  const where = `${place.path ?? ''}!${place.innerPath ?? ''} ${place.configuration ?? ''}`;
  switch (finding.kind) {
    case 'vulnerability':
      return `vulnerability ${finding.advisory} ${finding.packageName} ${where}`;
    case 'secret':
      return `secret ${finding.rule} ${finding.fingerprint} ${where}`;
    case 'private-key':
      return `private-key ${finding.format} ${where}`;
    case 'misconfiguration':
      return `misconfiguration ${finding.check} ${finding.detail ?? ''} ${where}`;
    case 'bloat':
      return `bloat ${finding.category} ${where}`;
  }
}

function compareConfiguration(from: ImageRecord, to: ImageRecord): ConfigurationChange[] {
  const before = settingsOf(from);
  const after = settingsOf(to);
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((what) => before.get(what) !== after.get(what))
    .sort()
    .map((what) => {
      const old = before.get(what);
      const now = after.get(what);
      return { what, ...(old === undefined ? {} : { from: old }), ...(now === undefined ? {} : { to: now }) };
    });
}

/** Every setting of the image by name. */
function settingsOf({ image, operatingSystem, base }: ImageRecord): ReadonlyMap<string, string> {
  const { configuration } = image;
  const settings = new Map<string, string>();
  const set = (what: string, value: string | readonly string[] | undefined): void => {
    if (value !== undefined) settings.set(what, typeof value === 'string' ? value : JSON.stringify(value));
  };
  set('platform', image.platform);
  set(
    'operating system',
    operatingSystem === undefined ? undefined : `${operatingSystem.id} ${operatingSystem.version}`,
  );
  set('base', base?.name ?? base?.digest);
  set('user', configuration.user);
  set('entrypoint', configuration.entrypoint);
  set('cmd', configuration.cmd);
  set('working directory', configuration.workingDir);
  set('stop signal', configuration.stopSignal);
  set('health check', configuration.healthcheck);
  set('shell', configuration.shell);
  for (const variable of configuration.env) {
    const equals = variable.indexOf('=');
    set(`env ${equals === -1 ? variable : variable.slice(0, equals)}`, equals === -1 ? '' : variable.slice(equals + 1));
  }
  for (const port of configuration.exposedPorts) set(`port ${port}`, 'exposed');
  for (const volume of configuration.volumes) set(`volume ${volume}`, 'declared');
  for (const [name, value] of Object.entries(image.labels)) set(`label ${name}`, value);
  return settings;
}

function caveatsOf(from: ImageRecord, to: ImageRecord): string[] {
  const caveats: string[] = [];
  const databases = [from.advisories?.databaseDigest, to.advisories?.databaseDigest];
  if (databases.includes(undefined))
    caveats.push('vulnerabilities are not compared whole: there was no advisory database');
  else if (databases[0] !== databases[1]) caveats.push('the two were looked up in different advisory databases');
  if (from.image.kind === 'sbom' || to.image.kind === 'sbom')
    caveats.push('an SBOM holds no files: only packages can be compared');
  for (const [name, { problems }] of [
    ['first', from],
    ['second', to],
  ] as const) {
    const unread = problems.filter(({ hides }) => hides !== 'nothing').length;
    if (unread > 0)
      caveats.push(`${unread} ${unread === 1 ? 'thing' : 'things'} in the ${name} image could not be read`);
  }
  return caveats;
}
