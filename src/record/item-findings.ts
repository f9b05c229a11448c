import {
  type Account,
  type BloatFinding,
  type BloatItem,
  type Certificate,
  type ExposureItem,
  compareSeverity,
  type Finding,
  type MisconfigurationFinding,
  type PrivateKeyFinding,
  type PrivateKeyItem,
  type SecretFinding,
  type SecretItem,
  type Severity,
} from '../model/index.ts';
import type { AssemblyLayer } from './assembly.ts';
import type { AttributedItem } from './attribute.ts';
import { stableId } from './identity.ts';
import type { Places } from './places.ts';

/** Secrets in files and in the configuration. What a later layer deleted still counts: the image ships it. */
export function secretFindings(
  items: readonly AttributedItem<SecretItem>[],
  configuration: readonly SecretItem[],
  places: Places,
): SecretFinding[] {
  const finding = (item: SecretItem, place: SecretFinding['place']): SecretFinding => ({
    kind: 'secret',
    id: `secret-${stableId('secret', item.rule, item.fingerprint, place.path, place.configuration, place.line, place.layer)}`,
    severity: item.severity,
    title: item.title,
    rule: item.rule,
    redacted: item.redacted,
    fingerprint: item.fingerprint,
    place,
  });
  return [
    ...items.map(({ item, layer, deletedIn }) =>
      finding(item, places.inLayer(layer, { path: item.path, line: item.line, deletedIn })),
    ),
    ...distinctSecrets(configuration).map((item) =>
      finding(item, places.inConfiguration(item.configuration ?? 'configuration')),
    ),
  ];
}

/** The history repeats arguments in every later instruction: a secret of the configuration is told once, where it stands first. */
function distinctSecrets(items: readonly SecretItem[]): SecretItem[] {
  return [...new Map([...items].reverse().map((item) => [item.fingerprint, item])).values()].reverse();
}

/** Private keys in files, also those that a later layer deleted. */
export function privateKeyFindings(
  items: readonly AttributedItem<PrivateKeyItem>[],
  places: Places,
): PrivateKeyFinding[] {
  return items.map(({ item, layer, deletedIn }) => {
    const place = places.inLayer(layer, { path: item.path, line: item.line, deletedIn });
    return {
      kind: 'private-key',
      id: `private-key-${stableId('private-key', item.format, item.fingerprintSha256, place.path, place.line, place.layer)}`,
      severity: item.encrypted === true ? 'medium' : 'high',
      title: `${item.encrypted === true ? 'Encrypted private' : 'Private'} key (${item.format})`,
      format: item.format,
      ...(item.encrypted === undefined ? {} : { encrypted: item.encrypted }),
      place,
    };
  });
}

const exposureFacts: Readonly<Record<ExposureItem['exposure'], { check: string; severity: Severity; title: string }>> =
  {
    'world-writable-file': {
      check: 'world-writable-file',
      severity: 'medium',
      title: 'Anyone in the container can write this file',
    },
    'world-writable-directory': {
      check: 'world-writable-directory',
      severity: 'low',
      title: 'Anyone in the container can write here, and delete what others wrote',
    },
    setuid: { check: 'setuid-file', severity: 'low', title: 'Runs as its owner, whoever starts it (setuid)' },
    setgid: { check: 'setgid-file', severity: 'low', title: 'Runs as its group, whoever starts it (setgid)' },
    device: { check: 'device-node', severity: 'medium', title: 'A device node in the image' },
    'ssh-authorized-keys': { check: 'ssh-authorized-keys', severity: 'medium', title: 'Keys that may log in over SSH' },
  };

/** Files whose modes or kinds open a door, as a container sees them. */
export function exposureFindings(
  items: readonly AttributedItem<ExposureItem>[],
  places: Places,
): MisconfigurationFinding[] {
  return (
    items
      .filter(({ deletedIn }) => deletedIn === undefined)
      // Runtimes lay a /dev of their own over the image's.
      .filter(({ item }) => item.exposure !== 'device' || !item.path.startsWith('/dev/'))
      .map(({ item, layer }) => {
        const facts = exposureFacts[item.exposure];
        const mode = item.mode.toString(8).padStart(4, '0');
        return misconfiguration(
          { ...facts, detail: item.detail === undefined ? `mode ${mode}` : `mode ${mode}, ${item.detail}` },
          places.inLayer(layer, { path: item.path }),
        );
      })
  );
}

/** Accounts that let more in than they should. */
export function accountFindings(accounts: readonly Account[]): MisconfigurationFinding[] {
  const findings: MisconfigurationFinding[] = [];
  for (const account of accounts) {
    const { name, uid, shell, password, place } = account;
    if (password === 'empty')
      findings.push(
        misconfiguration(
          { check: 'empty-password', severity: 'high', title: `Account ${name} has an empty password`, detail: name },
          place,
        ),
      );
    if (uid === 0 && name !== 'root')
      findings.push(
        misconfiguration(
          {
            check: 'uid-0-twin',
            severity: 'high',
            title: `Account ${name} is root by another name (uid 0)`,
            detail: name,
          },
          place,
        ),
      );
    if (uid === 0 && password === 'set')
      findings.push(
        misconfiguration(
          {
            check: 'root-password',
            severity: 'medium',
            title: `Account ${name} has a password`,
            detail: `${name}, ${shell}`,
          },
          place,
        ),
      );
  }
  return findings;
}

/** Certificates that are weak whatever the day, outside of trust stores; when each ends is for the judge. */
export function certificateFindings(certificates: readonly Certificate[]): MisconfigurationFinding[] {
  return certificates
    .filter(({ inTrustStore, weaknesses }) => !inTrustStore && weaknesses.length > 0)
    .map((certificate) => ({
      ...misconfiguration(
        {
          check: 'weak-certificate',
          severity: 'medium',
          title: `Weak certificate for ${certificate.subject}`,
          detail: certificate.weaknesses.join(', '),
        },
        certificate.place,
        certificate.fingerprintSha256,
      ),
      expires: certificate.notAfter.slice(0, 10),
    }));
}

/** What the application does not need, and what upper layers hid but the image still carries. */
export function bloatFindings(
  items: readonly AttributedItem<BloatItem>[],
  layers: readonly AssemblyLayer[],
  places: Places,
): BloatFinding[] {
  const findings: BloatFinding[] = [];
  for (const { item, layer, deletedIn } of items) {
    if (deletedIn !== undefined) continue;
    findings.push(bloat(item.category, item, bloatTitles[item.category], places.inLayer(layer, { path: item.path })));
  }
  layers.forEach(({ share }, layer) => {
    const place = places.inLayer(layer, {});
    if (share.deletedFiles > 0)
      findings.push(
        bloat(
          'deleted',
          { sizeBytes: share.deletedBytes, files: share.deletedFiles },
          'Deleted by a later layer, still shipped',
          place,
        ),
      );
    if (share.replacedFiles > 0)
      findings.push(
        bloat(
          'replaced',
          { sizeBytes: share.replacedBytes, files: share.replacedFiles },
          'Replaced by a later layer, still shipped',
          place,
        ),
      );
  });
  return findings;
}

const bloatTitles: Readonly<Record<BloatItem['category'], string>> = {
  'package-cache': 'Cache of a package manager',
  'package-index': 'Package lists that only installing needs',
  docs: 'Documentation',
  locale: 'Translations',
  tests: 'Tests of packages',
  vcs: 'Version control data',
  shell: 'A shell',
  compiler: 'A compiler or build tool',
  'package-manager': 'A package manager',
  'network-tool': 'A tool to fetch from or talk to the network',
  'debug-symbols': 'Debug symbols',
  temporary: 'Temporary files',
};

function bloat(
  category: string,
  { sizeBytes, files }: { sizeBytes: number; files: number },
  title: string,
  place: BloatFinding['place'],
): BloatFinding {
  return {
    kind: 'bloat',
    id: `bloat-${stableId('bloat', category, place.path, place.layer)}`,
    severity: 'negligible',
    title,
    category,
    sizeBytes,
    files,
    place,
  };
}

function misconfiguration(
  facts: { check: string; severity: Severity; title: string; detail?: string },
  place: MisconfigurationFinding['place'],
  subject?: string,
): MisconfigurationFinding {
  const { check, severity, title, detail } = facts;
  return {
    kind: 'misconfiguration',
    id: `misconfiguration-${stableId('misconfiguration', check, subject ?? title, place.path, place.layer)}`,
    severity,
    title,
    check,
    ...(detail === undefined ? {} : { detail }),
    place,
  };
}

const kinds = { vulnerability: 0, secret: 1, 'private-key': 2, misconfiguration: 3, bloat: 4 } as const;

/** Findings in the order of the record: by kind, gravest first, then by id. */
export function sortFindings(findings: readonly Finding[]): Finding[] {
  return [...findings].sort(compareFindings);
}

/** Two lists in the order of the record as one. */
export function mergeFindings(some: readonly Finding[], others: readonly Finding[]): Finding[] {
  const merged: Finding[] = [];
  let at = 0;
  for (const other of others) {
    while (at < some.length && compareFindings(some[at]!, other) <= 0) merged.push(some[at++]!);
    merged.push(other);
  }
  while (at < some.length) merged.push(some[at++]!);
  return merged;
}

function compareFindings(a: Finding, b: Finding): number {
  return (
    kinds[a.kind] - kinds[b.kind] || compareSeverity(a.severity, b.severity) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
  );
}
