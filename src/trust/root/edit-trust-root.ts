import { CodedError } from '../../model/index.ts';
import { parsePublicKey } from '../keys/public-key.ts';
import { trustRootApiVersion, trustRootKind } from './schema.ts';
import { readTrustRootDocument } from './trust-root-document.ts';

/** The text of a new trust root. */
export function newTrustRoot(name: string): string {
  return `# Whom we trust to build images, and to approve them. docs/formats/trust-root.md has every field.
apiVersion: ${trustRootApiVersion}
kind: ${trustRootKind}
metadata:
  name: ${name}
# Patterns: * is any run without /, ** any run. Empty lists demand nothing.
sources: []
bases: []
# Roles of people whose signed endorsement beside a base counts (plimsoll base endorse --publish).
endorsers: []
verdict:
  maxAgeDays: 7
builders: []
people: []
`;
}

/** What is enrolled: a builder or person, with one more key or log-in. */
export interface Enrolment {
  readonly name: string;
  readonly kind: 'builder' | 'person';
  readonly repositories: readonly string[];
  readonly roles?: readonly string[];
  readonly publicKey?: string;
  readonly identity?: { readonly issuer: string; readonly subject: string };
  readonly from?: string;
  readonly until?: string;
}

/**
 * Adds a key or log-in to a builder or person, who is added where they are new. Comments and order stay.
 * @throws CodedError `nothing-to-enrol`, `invalid-trust-root`, `bad-public-key`.
 */
export async function enrol(text: string, fileName: string, enrolment: Enrolment): Promise<string> {
  const { name, kind, repositories, roles, publicKey, identity, from, until } = enrolment;
  if ((publicKey === undefined) === (identity === undefined))
    throw new CodedError('nothing-to-enrol', `${name} needs either a key or a log-in`, {
      kind: 'usage',
      hint: '--key PUBLIC-KEY-FILE, or --issuer URL with --subject PATTERN',
    });
  const { document, value } = await readTrustRootDocument(text, fileName);
  const list = kind === 'builder' ? 'builders' : 'people';
  const term = { ...(from === undefined ? {} : { from }), ...(until === undefined ? {} : { until }) };
  const credentials = publicKey === undefined ? 'identities' : 'keys';
  const credential =
    publicKey === undefined
      ? { ...identity, ...term }
      : { publicKey: parsePublicKey(publicKey, `the key of ${name}`).pem, ...term };
  const index = (value[list] ?? []).findIndex((known) => known.name === name);
  if (index < 0) {
    if (repositories.length === 0)
      throw new CodedError('nothing-to-enrol', `${name} is new, and no repository says what they may sign`, {
        kind: 'usage',
        hint: '--repository PATTERN, as registry.example.com/team/**',
      });
    const added = {
      name,
      ...(roles === undefined || roles.length === 0 ? {} : { roles }),
      repositories,
      [credentials]: [credential],
    };
    append(document, [list], added);
  } else {
    for (const repository of repositories)
      if (!value[list]![index]!.repositories.includes(repository))
        append(document, [list, index, 'repositories'], repository);
    append(document, [list, index, credentials], credential);
  }
  return checked(document.toString({ lineWidth: 0 }), fileName);
}

/**
 * Revokes keys and log-ins of a builder or person as of a time: one key by its id, or all.
 * @throws CodedError `nothing-to-revoke`.
 */
export async function revoke(
  text: string,
  fileName: string,
  { name, keyId, at, reason }: { name: string; keyId?: string; at: string; reason?: string },
): Promise<string> {
  const { document, value } = await readTrustRootDocument(text, fileName);
  let revoked = 0;
  for (const list of ['builders', 'people'] as const)
    for (const [index, known] of (value[list] ?? []).entries()) {
      if (known.name !== name) continue;
      for (const credentials of ['keys', 'identities'] as const)
        for (const [place, credential] of (known[credentials] ?? []).entries()) {
          const id =
            'publicKey' in credential ? parsePublicKey(credential.publicKey, `a key of ${name}`).id : undefined;
          if (keyId !== undefined && (id === undefined || !matchesId(id, keyId))) continue;
          // An earlier cut-off stays: a later one would make what it refuses count again.
          if (credential.revoked !== undefined && Date.parse(credential.revoked.at) <= Date.parse(at)) {
            revoked++;
            continue;
          }
          const entry = { at, ...(reason === undefined ? {} : { reason }) };
          document.setIn([list, index, credentials, place, 'revoked'], document.createNode(entry));
          revoked++;
        }
    }
  if (revoked === 0)
    throw new CodedError(
      'nothing-to-revoke',
      `${fileName} has no ${keyId === undefined ? 'keys or log-ins' : `key ${keyId}`} of ${name}`,
      { kind: 'usage', hint: `plimsoll trust list --trust-root ${fileName}` },
    );
  return checked(document.toString({ lineWidth: 0 }), fileName);
}

/** Enough of an id's digits to mean one key. */
function matchesId(id: string, given: string): boolean {
  const hex = given.replace(/^sha256:/, '').toLowerCase();
  return /^[0-9a-f]{8,64}$/.test(hex) && id.startsWith(`sha256:${hex}`);
}

type Parsed = Awaited<ReturnType<typeof readTrustRootDocument>>['document'];

function append(document: Parsed, path: readonly (string | number)[], item: unknown): void {
  const list: unknown = document.getIn(path, true);
  const isList = typeof list === 'object' && list !== null && 'items' in list;
  if (!isList) {
    document.setIn(path, document.createNode([item]));
    return;
  }
  // `[]` in one line would take everything added into that line.
  if ('flow' in list && Array.isArray(list.items) && list.items.length === 0) list.flow = false;
  document.addIn(path, document.createNode(item));
}

async function checked(text: string, fileName: string): Promise<string> {
  await readTrustRootDocument(text, fileName);
  return text;
}
