import { z } from 'zod';
import { baseStates, type ImageRecord, recordSchemaVersion, severities } from '../model/index.ts';

/**
 * The record's shape as a schema: the source of docs/formats/record.schema.json, and the check for records that come
 * from outside. Never loaded by a scan. Members that we do not know are allowed: later minor versions add some.
 */

const text = z.string();
const count = z.number().int().nonnegative();
const digest = z.string().regex(/^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/);
const owner = z.enum(['base', 'app']);
const severity = z.enum(severities);
const texts = z.array(text);
const named = z.record(text, text);

const place = z.looseObject({
  path: text.optional(),
  innerPath: text.optional(),
  line: count.optional(),
  configuration: text.optional(),
  layer: count.optional(),
  owner,
  instruction: text.optional(),
  deletedIn: count.optional(),
});

const findingFacts = { id: text, severity, title: text, place };

const vulnerability = z.looseObject({
  ...findingFacts,
  kind: z.literal('vulnerability'),
  advisory: text,
  aliases: texts,
  packageId: text,
  packageName: text,
  packageVersion: text,
  severitySource: z.enum(['vendor', 'cvss4', 'cvss3', 'cvss2', 'none']),
  cvss: z.looseObject({ version: z.enum(['2.0', '3.0', '3.1', '4.0']), vector: text, score: z.number() }).optional(),
  fix: z.looseObject({
    state: z.enum(['fixed', 'not-fixed', 'wont-fix', 'unknown']),
    version: text.optional(),
    availableAt: text.optional(),
  }),
  exploited: z.looseObject({ since: text, due: text.optional(), ransomware: z.boolean().optional() }).optional(),
  epss: z.looseObject({ score: z.number(), percentile: z.number() }).optional(),
  published: text.optional(),
  modified: text.optional(),
  ecosystem: text,
  reference: text.optional(),
});

const finding = z.discriminatedUnion('kind', [
  vulnerability,
  z.looseObject({ ...findingFacts, kind: z.literal('secret'), rule: text, redacted: text, fingerprint: text }),
  z.looseObject({ ...findingFacts, kind: z.literal('private-key'), format: text, encrypted: z.boolean().optional() }),
  z.looseObject({
    ...findingFacts,
    kind: z.literal('misconfiguration'),
    check: text,
    detail: text.optional(),
    expires: text.optional(),
  }),
  z.looseObject({ ...findingFacts, kind: z.literal('bloat'), category: text, sizeBytes: count, files: count }),
]);

const problem = z.looseObject({
  code: text,
  message: text,
  path: text.optional(),
  layer: count.optional(),
  source: text,
  hides: z.enum(['all', 'packages', 'executables', 'secrets', 'certificates', 'accounts', 'advisories', 'nothing']),
});

const image = z.looseObject({
  digest,
  manifestDigest: digest.optional(),
  configDigest: digest.optional(),
  platform: text.optional(),
  created: text.optional(),
  kind: z.enum(['image', 'directory', 'sbom']),
  configuration: z.looseObject({
    user: text.optional(),
    entrypoint: texts.optional(),
    cmd: texts.optional(),
    workingDir: text.optional(),
    env: texts,
    exposedPorts: texts,
    volumes: texts,
    stopSignal: text.optional(),
    healthcheck: texts.optional(),
    shell: texts.optional(),
  }),
  labels: named,
  annotations: named,
  attestations: z.array(digest),
});

const layer = z.looseObject({
  index: count,
  diffId: digest,
  digest: digest.optional(),
  sizeBytes: count,
  entries: count,
  owner,
  instruction: text.optional(),
});

const operatingSystem = z.looseObject({
  id: text,
  idLike: texts.optional(),
  version: text,
  codename: text.optional(),
  prettyName: text.optional(),
  supportEnd: text.optional(),
  ecosystem: text.optional(),
  place,
});

const foundPackage = z.looseObject({
  id: text,
  type: text,
  name: text,
  version: text,
  purl: text,
  scheme: text,
  ecosystem: text.optional(),
  arch: text.optional(),
  source: z.looseObject({ name: text, version: text }).optional(),
  licenses: texts,
  evidence: z.enum(['installed', 'lockfile', 'embedded']),
  dev: z.boolean().optional(),
  vendor: text.optional(),
  modularity: text.optional(),
  sizeBytes: count.optional(),
  depends: texts.optional(),
  provides: texts.optional(),
  essential: z.boolean().optional(),
  cataloger: text,
  ownedBy: text.optional(),
  place,
});

const executable = z.looseObject({
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  sizeBytes: count,
  mode: count,
  uid: count,
  gid: count,
  format: z.enum(['elf', 'script', 'pe', 'mach-o', 'wasm', 'other']),
  interpreter: text.optional(),
  interpreterArgument: text.optional(),
  capabilities: text.optional(),
  elf: z
    .looseObject({
      machine: text,
      type: z.enum(['executable', 'shared', 'relocatable', 'core', 'other']),
      static: z.boolean(),
      needed: texts,
      soname: text.optional(),
      pie: z.boolean(),
      relro: z.enum(['full', 'partial', 'none']),
      nx: z.boolean(),
      stackCanary: z.boolean().optional(),
      fortify: z.boolean().optional(),
      runpath: text.optional(),
      buildId: text.optional(),
      language: z.enum(['go', 'rust']).optional(),
    })
    .optional(),
  links: texts,
  ownedBy: text.optional(),
  place,
});

const account = z.looseObject({
  name: text,
  uid: count,
  gid: count,
  home: text,
  shell: text,
  password: z.enum(['empty', 'locked', 'set', 'unknown']),
  hashAlgorithm: text.optional(),
  place,
});

const certificate = z.looseObject({
  subject: text,
  issuer: text,
  serial: text,
  notBefore: text,
  notAfter: text,
  fingerprintSha256: text,
  keyType: text,
  keyBits: count.optional(),
  signatureAlgorithm: text.optional(),
  isCa: z.boolean(),
  selfSigned: z.boolean(),
  inTrustStore: z.boolean(),
  weaknesses: texts,
  place,
});

/** The schema of a record, `ImageRecord` in model/record.ts. */
const recordSchema = z.looseObject({
  schemaVersion: z.literal(recordSchemaVersion),
  engine: text,
  image,
  layers: z.array(layer),
  base: z
    .looseObject({
      known: z.enum(['layers', 'attestation', 'annotation', 'chain', 'contents']),
      name: text.optional(),
      digest: digest.optional(),
      layers: count,
      listed: z
        .looseObject({
          name: text,
          purpose: text,
          owner: text,
          state: z.enum(baseStates),
          release: digest.optional(),
          newest: z.looseObject({ digest, reference: text }).optional(),
          verdict: z.enum(['pass', 'fail', 'cannot-tell']).optional(),
          supportEnd: text.optional(),
        })
        .optional(),
      attested: z.looseObject({ standing: z.enum(['verified', 'signed', 'unsigned']), by: text.optional() }).optional(),
      degree: z.number().min(0).max(1).optional(),
    })
    .optional(),
  operatingSystem: operatingSystem.optional(),
  packages: z.array(foundPackage),
  executables: z.array(executable),
  accounts: z.array(account),
  certificates: z.array(certificate),
  findings: z.array(finding),
  problems: z.array(problem),
  statistics: z.looseObject({
    sizeBytes: count,
    entries: count,
    visibleFiles: count,
    visibleBytes: count,
    hiddenBytes: count,
    filesSearchedForSecrets: count,
  }),
  advisories: z
    .looseObject({ databaseDigest: text, builtAt: text, covered: texts, uncovered: texts, supportEnd: text.optional() })
    .optional(),
});

/** The same type without `readonly`, as zod infers types. */
type Writable<T> = T extends string | number | boolean | undefined
  ? T
  : T extends readonly (infer Item)[]
    ? Writable<Item>[]
    : { -readonly [Key in keyof T]: Writable<T[Key]> };

/** Compiles only while every record satisfies the schema. */
const asSchemaInput = (record: Writable<ImageRecord>): z.input<typeof recordSchema> => record;

/** The JSON Schema (draft 2020-12) of a record, as published in docs/formats. */
export function recordJsonSchema(): object {
  void asSchemaInput;
  return {
    title: 'Plimsoll image record',
    description: `All that is known of one image; version ${recordSchemaVersion}.`,
    ...z.toJSONSchema(recordSchema, { io: 'input' }),
  };
}

/** What keeps a value from being a record, by place; nothing where it is one. */
export function recordFaults(value: unknown): readonly string[] {
  const { error } = recordSchema.safeParse(value);
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.') || 'all of it'}: ${message}`);
}
