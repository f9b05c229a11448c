import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fuzz } from '../../../test/make/fuzz.ts';
import { CodedError, type Digest } from '../../model/index.ts';
import type { BuildRecord } from './build-record.ts';
import { readProvenance } from './read-provenance.ts';
import { provenancePredicate } from './write-provenance.ts';

const digest = (character: string): Digest => `sha256:${character.repeat(64)}` as Digest;

const record: BuildRecord = {
  source: { repository: 'https://git.example.com/shop/cart.git', commit: 'c'.repeat(40), ref: 'refs/heads/main' },
  parameters: {
    context: 'services/cart',
    dockerfile: 'services/cart/Dockerfile',
    target: 'final',
    buildArgs: { VERSION: '1', A: '2' },
    labels: { b: '1', a: '2' },
    network: 'none',
    secrets: ['npmrc'],
    references: ['registry.example.com/shop/cart:1'],
    reproducible: true,
  },
  conditions: {
    engine: { name: 'buildkit', version: 'v0.33.1' },
    sourceDateEpoch: 1_770_000_000,
    dirty: false,
    changed: [],
    unpushed: false,
    local: false,
    ci: 'GitLab CI',
    requestedBy: 'alice',
    packedBy: 'gzip level 6, zlib 1 x64',
  },
  images: [
    { role: 'base', reference: 'bases.example.com/node:24', digest: digest('1'), digestOf: 'manifest' },
    { role: 'stage', reference: 'golang:1.26', digest: digest('2'), digestOf: 'config', movedTo: digest('3') },
  ],
  dockerfileDigest: digest('d'),
  builder: { id: 'https://builders.example.com/eu-1', version: '0.1.0' },
  run: { invocationId: 'urn:uuid:1', startedOn: '2026-01-02T03:04:05Z', finishedOn: '2026-01-02T03:05:05Z' },
  made: { configDigest: digest('e'), layers: [{ diffId: digest('4'), digest: digest('5') }] },
};

const statement = (predicate: unknown) => ({
  _type: 'https://in-toto.io/Statement/v1',
  subject: [{ name: 'x', digest: { sha256: 'f'.repeat(64) } }],
  predicateType: 'https://slsa.dev/provenance/v1',
  predicate,
});
const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));

test('the predicate says what was asked, found and made (SLSA provenance v1)', () => {
  const uri = 'git+https://git.example.com/shop/cart.git@refs/heads/main';
  expect(provenancePredicate(record)).toEqual({
    buildDefinition: {
      buildType: 'https://plimsoll.dev/build-types/container/v1',
      externalParameters: {
        source: { uri, digest: { gitCommit: 'c'.repeat(40) } },
        context: 'services/cart',
        dockerfile: 'services/cart/Dockerfile',
        target: 'final',
        buildArgs: { A: '2', VERSION: '1' },
        labels: { a: '2', b: '1' },
        network: 'none',
        secrets: [{ id: 'npmrc' }],
        references: ['registry.example.com/shop/cart:1'],
        reproducible: true,
      },
      internalParameters: {
        engine: { name: 'buildkit', version: 'v0.33.1' },
        sourceDateEpoch: 1_770_000_000,
        dirty: false,
        unpushed: false,
        ci: 'GitLab CI',
        requestedBy: 'alice',
        packedBy: 'gzip level 6, zlib 1 x64',
      },
      resolvedDependencies: [
        { name: 'source', uri, digest: { gitCommit: 'c'.repeat(40) } },
        { name: 'dockerfile', uri: `${uri}#services/cart/Dockerfile`, digest: { sha256: 'd'.repeat(64) } },
        {
          name: 'base',
          uri: 'pkg:docker/bases.example.com/node@24',
          digest: { sha256: '1'.repeat(64) },
          annotations: { role: 'base', reference: 'bases.example.com/node:24', digestOf: 'manifest' },
        },
        {
          name: 'stage',
          uri: 'pkg:docker/golang@1.26',
          digest: { sha256: '2'.repeat(64) },
          annotations: { role: 'stage', reference: 'golang:1.26', digestOf: 'config', movedTo: digest('3') },
        },
      ],
    },
    runDetails: {
      builder: { id: 'https://builders.example.com/eu-1', version: { plimsoll: '0.1.0', buildkit: 'v0.33.1' } },
      metadata: record.run,
      byproducts: [
        { name: 'config', digest: { sha256: 'e'.repeat(64) } },
        { name: 'layer', digest: { sha256: '5'.repeat(64) }, annotations: { diffId: digest('4') } },
      ],
    },
  });
});

test('a build of no commit, on a machine that is no builder, says both', () => {
  const { source: _source, ...rest } = record;
  const dirty = { ...record.conditions, dirty: true, unpushed: true, local: true, changed: ['a.txt'] };
  expect(provenancePredicate({ ...rest, conditions: dirty })).toMatchObject({
    buildDefinition: { internalParameters: { dirty: true, unpushed: true, builder: 'local', changed: ['a.txt'] } },
  });
});

describe('reading it back', () => {
  const envelope = {
    payloadType: 'application/vnd.in-toto+json',
    payload: bytes(statement(provenancePredicate(record))).toString('base64'),
    signatures: [],
  };

  test.each([
    ['a statement', statement(provenancePredicate(record)), digest('f')],
    ['an envelope', envelope, digest('f')],
    ['a bundle', { dsseEnvelope: envelope }, digest('f')],
    ['the predicate alone', provenancePredicate(record), undefined],
  ])('%s gives what a rebuild needs', async (_, value, subject) => {
    const { movedTo: _moved, ...stage } = record.images[1]!;
    expect(await readProvenance(bytes(value), 'it')).toEqual({
      ...(subject === undefined ? {} : { subject }),
      source: record.source,
      parameters: record.parameters,
      engine: record.conditions.engine,
      sourceDateEpoch: 1_770_000_000,
      packedBy: 'gzip level 6, zlib 1 x64',
      images: [record.images[0], stage],
      dockerfileDigest: digest('d'),
      configDigest: digest('e'),
      layers: [{ digest: digest('5'), diffId: digest('4') }],
      builderId: 'https://builders.example.com/eu-1',
    });
  });

  test('what was not a commit alone can not be built again', async () => {
    const dirty = { ...record, conditions: { ...record.conditions, dirty: true } };
    await expect(readProvenance(bytes(provenancePredicate(dirty)), 'it')).rejects.toMatchObject({
      code: 'not-rebuildable',
    });
  });

  const changed = (
    change: (definition: { buildType: string; externalParameters: Record<string, unknown> }) => void,
  ) => {
    const predicate = structuredClone(provenancePredicate(record)) as {
      buildDefinition: { buildType: string; externalParameters: Record<string, unknown> };
    };
    change(predicate.buildDefinition);
    return predicate;
  };

  test.each([
    ['another build type', changed((it) => (it.buildType = 'https://mobyproject.org/buildkit@v1'))],
    ['a context outside the source', changed((it) => (it.externalParameters['context'] = '../..'))],
    ['a Dockerfile by its full path', changed((it) => (it.externalParameters['dockerfile'] = '/etc/passwd'))],
    [
      'a commit that is a flag',
      changed(
        (it) => (it.externalParameters['source'] = { uri: 'git+https://x', digest: { gitCommit: '--upload-pack=x' } }),
      ),
    ],
    ['a secret named like a path', changed((it) => (it.externalParameters['secrets'] = [{ id: '../x' }]))],
    ['another predicate', { ...statement({}), predicateType: 'https://slsa.dev/provenance/v0.2' }],
    ['a list', []],
    ['nothing', null],
  ])('%s is refused', async (_, value) => {
    await expect(readProvenance(bytes(value), 'it')).rejects.toMatchObject({ code: 'bad-provenance' });
  });

  test('cut or flipped bytes are refused or read, and never break it', async () => {
    const good = bytes(statement(provenancePredicate(record)));
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length - 1), fc.nat(255), fc.boolean(), async (at, value, cuts) => {
        const bad = Buffer.from(good);
        bad[at] = value;
        const outcome = await readProvenance(cuts ? bad.subarray(0, at) : bad, 'it').catch((error: unknown) => error);
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(CodedError);
      }),
      fuzz(150),
    );
  });

  test('more than 4 MiB is not read', async () => {
    await expect(readProvenance(Buffer.alloc((4 << 20) + 1, ' '), 'it')).rejects.toMatchObject({
      message: 'it is no provenance of a build of ours: it has more than 4194304 bytes',
    });
  });
});
