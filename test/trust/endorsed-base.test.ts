import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askCatalogue, readCatalogue } from '../../src/flows/bases/index.ts';
import { enrolInFile, revokeInFile } from '../../src/flows/trust-root/index.ts';
import type { Verification } from '../../src/model/index.ts';
import { Place, type Ran } from '../cli/plimsoll.ts';
import { buildImage, type BuiltImage } from '../make/image-builder.ts';
import { writeDockerArchive } from '../make/image-files.ts';
import { pushImage } from '../make/push-image.ts';
import { startReferrersRegistry } from '../make/referrers-registry.ts';
import { noRegistryReason, startRegistry, type TestRegistry } from '../make/registry.ts';
import { Harbour, provenance, summary } from './harbour.ts';

const reason = noRegistryReason();
const who = ['--by', 'ada', '--role', 'keeper'];

/** A base that is made smaller by nothing: the policy is not what these tests are about. */
const laxPolicy = 'apiVersion: plimsoll.dev/v1\nkind: Policy\nmetadata: { name: lax }\nrules:\n  no-secrets: fail\n';

function image(text: string): BuiltImage {
  return buildImage({ layers: [{ files: { '/app': text } }], platform: { os: 'linux', architecture: 'amd64' } });
}

/** What a provenance step says. */
function provenanceOf({ steps }: Verification): string {
  const { result, code, what } = steps.find(({ step }) => step === 'provenance')!;
  return `${result}${code === undefined ? '' : ` ${code}`}: ${what}`;
}

describe.each([
  ['the referrers API', startReferrersRegistry, undefined],
  [`tags alone${reason === undefined ? '' : ` (skipped: ${reason})`}`, startRegistry, reason],
] as const)('a base endorsed in a registry that has %s', (_, start, skipped) => {
  const harbour = new Harbour();
  const place = new Place();
  const run = (...args: readonly string[]): Promise<Ran> => place.plimsoll(args, { cwd: place.path });
  let registry: Pick<TestRegistry, 'address' | 'storage' | 'stop'>;
  let from = '';

  beforeAll(async () => {
    if (skipped !== undefined) return;
    registry = await start();
    for (const name of ['ci', 'ada', 'bob']) harbour.keys(name);
    writeDockerArchive(place.at('base.tar'), [{ built: image('base'), name: 'base:1' }]);
    await run('base', 'add', 'debian-12', '--from', 'archive:base.tar', '--owner', 'me', '--channel', 'stable');
    place.folder('bases/policies');
    writeFileSync(place.at('bases/policies/lax.yaml'), laxPolicy);
    const file = place.at('bases/debian-12.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('state:', 'policy: policies/lax.yaml\nstate:'));
    const key = readFileSync(harbour.at('ada.pub'), 'utf8').replace(/^/gm, '          ').trimEnd();
    writeFileSync(
      place.at('bases/roles.yaml'),
      `apiVersion: plimsoll.dev/v1
kind: BaseRoles
roles:
  - name: keeper
    may: [endorse, retire]
    people:
      - name: ada
        publicKey: |
${key}
`,
    );
    expect((await run('base', 'assess', 'debian-12')).status).toBe(0);
    const endorsed = await run(
      ...['base', 'endorse', 'debian-12', ...who, '--key', harbour.at('ada.key'), '--publish'],
      `${registry.address}/bases/debian:12`,
    );
    expect(endorsed).toMatchObject({ status: 0, stderr: '' });
    from = /^FROM (\S+)$/m.exec(endorsed.stdout)![1]!;
    await trustRoot('trust.yaml');
  });
  afterAll(async () => {
    if (skipped === undefined) await registry.stop();
    harbour.remove();
    place.remove();
  });

  /** Ci builds anywhere; ada, a keeper, and bob, who approves, may sign for bases. */
  async function trustRoot(name: string, endorsers = '[keeper]', bases = '[]'): Promise<void> {
    await harbour.trustRoot(name, [{ key: 'ci' }], (yaml) =>
      yaml.replace('endorsers: []', `endorsers: ${endorsers}`).replace('bases: []', `bases: ${bases}`),
    );
    for (const [person, role] of [
      ['ada', 'keeper'],
      ['bob', 'security'],
    ] as const)
      await enrolInFile(harbour.at(name), {
        name: person,
        kind: 'person',
        roles: [role],
        repositories: [`${registry.address}/bases/**`],
        publicKey: readFileSync(harbour.at(`${person}.pub`), 'utf8'),
      });
  }

  /** An application that an enrolled builder says it built on a base. */
  async function built(name: string, base = from): Promise<string> {
    const reference = await pushImage(registry, `${name}:1`, image(name));
    const [bare, digest] = base.split('@') as [string, string];
    const said = provenance();
    const on = {
      uri: `pkg:docker/${encodeURIComponent(bare.replace(/:[^:/]*$/, ''))}@${/:([^:/]*)$/.exec(bare)?.[1] ?? 'latest'}`,
      digest: { sha256: digest.slice('sha256:'.length) },
      annotations: { role: 'base' },
    };
    said.buildDefinition.resolvedDependencies = [said.buildDefinition.resolvedDependencies[0]!, on] as never;
    await harbour.sign(reference, 'ci');
    await harbour.attest(reference, 'ci', 'slsaprovenance1', said);
    await harbour.attest(reference, 'ci', 'verdict', summary(reference));
    return reference;
  }

  /** Another base beside it, with no endorsement but what the test puts there. */
  async function otherBase(name: string): Promise<string> {
    const reference = `bases/${name}:1`;
    await pushImage(registry, reference, image(name));
    return `${registry.address}/${reference}@${image(name).manifest.digest}`;
  }

  const endorsement = (more: object = {}) => ({
    base: 'other',
    by: 'ada',
    role: 'keeper',
    at: '2026-11-02T09:00:00Z',
    verdict: { result: 'pass' },
    ...more,
  });
  const today = new Date().toISOString().slice(0, 10);

  test.skipIf(skipped !== undefined)('vouches for what is built on it', async () => {
    const verification = await harbour.verify(await built('cart'), 'trust.yaml');
    expect([verification.result, provenanceOf(verification)]).toEqual([
      'pass',
      `pass: built from https://github.com/acme/cart at ffffffffffff on ${from.split('@')[0]!}: debian-12, endorsed by ada as keeper on ${today}`,
    ]);
  });

  test.skipIf(skipped !== undefined)('is refused, each time with its reason', async () => {
    const stranger = await otherBase('stranger');
    const byBuilder = await otherBase('by-builder');
    await harbour.attest(byBuilder, 'ci', 'endorsement', endorsement());
    const byApprover = await otherBase('by-approver');
    await harbour.attest(byApprover, 'bob', 'endorsement', endorsement({ by: 'bob', role: 'security' }));
    const inAnothersName = await otherBase('in-anothers-name');
    await harbour.attest(inAnothersName, 'bob', 'endorsement', endorsement());
    const inAnotherRole = await otherBase('in-another-role');
    await harbour.attest(inAnotherRole, 'ada', 'endorsement', endorsement({ role: 'security' }));
    const elsewhere = `${registry.address}/copies/debian@${image('stranger').manifest.digest}`;
    const cases = {
      [stranger]: `nobody endorsed it in ${registry.address}/bases/stranger`,
      [byBuilder]:
        'its endorsement does not count: ci signed it, which is a builder and may not approve (not-an-approver)',
      [byApprover]:
        'its endorsement does not count: bob signed it as security, whom trust root acme does not let endorse bases (not-an-endorser)',
      [inAnothersName]: 'its endorsement does not count: bob signed it, but it speaks of ada (not-an-endorser)',
      [inAnotherRole]:
        'its endorsement does not count: ada signed it as security, a role that trust root acme does not give them (not-an-endorser)',
      [elsewhere]: `nobody in trust root acme may endorse bases in ${registry.address}/copies/debian`,
    };
    for (const [at, [base, why]] of Object.entries(cases).entries()) {
      const said = provenanceOf(await harbour.verify(await built(`refused-${at}`, base), 'trust.yaml'));
      expect(said).toBe(`fail base-not-endorsed: it stands on ${namedIn(base)}: ${why}`);
    }
  });

  /** As provenance names it: `registry/repository:tag`. */
  function namedIn(base: string): string {
    const bare = base.split('@')[0]!;
    return /:[^:/]*$/.test(bare.slice(bare.indexOf('/'))) ? bare : `${bare}:latest`;
  }

  test.skipIf(skipped !== undefined)(
    'counts no longer when its key is revoked, nor with a changed statement',
    async () => {
      await trustRoot('revoked.yaml');
      await revokeInFile(harbour.at('revoked.yaml'), { name: 'ada', at: '2026-01-01T00:00:00Z', reason: 'she left' });
      const said = provenanceOf(await harbour.verify(await built('revoked'), 'revoked.yaml'));
      expect(said).toContain(
        "its endorsement does not count: ada's key was revoked as of 2026-01-01T00:00:00Z (she left)",
      );
      expect(said).toContain('(key-revoked)');
    },
  );

  test.skipIf(skipped !== undefined)(
    'is not asked for where nobody demands it, or the trust root names it',
    async () => {
      const cart = await built('undemanded');
      await trustRoot('open.yaml', '[]');
      expect(provenanceOf(await harbour.verify(cart, 'open.yaml'))).toBe(
        `pass: built from https://github.com/acme/cart at ffffffffffff on ${from.split('@')[0]!}`,
      );
      await trustRoot('named.yaml', '[]', `["${registry.address}/bases/*"]`);
      expect(provenanceOf(await harbour.verify(cart, 'named.yaml'))).toContain(': trust root acme names it');
    },
  );

  test.skipIf(skipped !== undefined)('that cannot be asked about leaves it open', async () => {
    await trustRoot('away.yaml');
    const file = harbour.at('away.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll(`${registry.address}/bases/**`, '127.0.0.1:1/**'));
    const away = await built('away', `127.0.0.1:1/bases/debian:12@${image('base').manifest.digest}`);
    const verification = await harbour.verify(away, 'away.yaml');
    expect(verification.result).toBe('cannot-tell');
    expect(provenanceOf(verification)).toMatch(
      /^cannot-tell base-unreachable: it stands on 127\.0\.0\.1:1\/bases\/debian:12: who endorsed it could not be asked: /,
    );
  });

  test.skipIf(skipped !== undefined)('is known to the catalogue, whose word is final', async () => {
    const cart = await built('catalogued');
    const asked = async (): Promise<string> =>
      provenanceOf(
        await harbour.verify(cart, 'trust.yaml', { catalogue: askCatalogue(await readCatalogue(place.at('bases'))) }),
      );
    expect(await asked()).toContain(`: debian-12, endorsed by ada as keeper on ${today}`);
    copyFileSync(place.at('bases/debian-12.yaml'), place.at('kept.yaml'));
    const retired = await run('base', 'retire', 'debian-12', ...who, '--reason', 'its libc is unmended');
    expect(retired.status).toBe(0);
    const why = `it stands on ${from.split('@')[0]!}: debian-12 was retired by ada on ${today}: its libc is unmended`;
    expect(await asked()).toBe(`fail base-retired: ${why}`);
    const told = await run('verify', cart, '--trust-root', harbour.at('trust.yaml'), '--bases', 'bases');
    expect([told.status, told.stdout.replace(/\s+/g, ' ')]).toEqual([
      2,
      expect.stringContaining(`provenance FAIL ${why} (base-retired)`),
    ]);
    writeFileSync(
      place.at('policy.yaml'),
      'apiVersion: plimsoll.dev/v1\nkind: Policy\nmetadata: { name: ours }\nrules:\n  provenance-from: { onlyEndorsed: true }\n',
    );
    const scan = [
      'scan',
      cart,
      '--trust-root',
      harbour.at('trust.yaml'),
      '--policy',
      'policy.yaml',
      '--bases',
      'bases',
    ];
    const judged = await run(...scan);
    expect([judged.status, judged.stdout.replace(/\s+/g, ' ')]).toEqual([
      2,
      expect.stringContaining('debian-12 was retired by ada'),
    ]);
    copyFileSync(place.at('kept.yaml'), place.at('bases/debian-12.yaml'));
    const passing = await run(...scan);
    expect(passing.stdout).not.toContain('debian-12 was retired');
  });
});

describe('endorsing that fails half-way', () => {
  test.skipIf(reason !== undefined)('leaves the catalogue as it was, and goes on when run again', async () => {
    const place = new Place();
    const harbour = new Harbour();
    const registry = await startRegistry();
    try {
      harbour.keys('ada');
      writeDockerArchive(place.at('base.tar'), [{ built: image('base'), name: 'base:1' }]);
      const run = (...args: readonly string[]): Promise<Ran> => place.plimsoll(args, { cwd: place.path });
      await run('base', 'add', 'slim', '--from', 'archive:base.tar', '--owner', 'me');
      place.folder('bases/policies');
      writeFileSync(place.at('bases/policies/lax.yaml'), laxPolicy);
      const file = place.at('bases/slim.yaml');
      writeFileSync(file, readFileSync(file, 'utf8').replace('state:', 'policy: policies/lax.yaml\nstate:'));
      writeFileSync(
        place.at('bases/roles.yaml'),
        'apiVersion: plimsoll.dev/v1\nkind: BaseRoles\nroles:\n  - { name: keeper, may: [endorse], people: [{ name: ada }] }\n',
      );
      await run('base', 'assess', 'slim');
      const before = readFileSync(file, 'utf8');
      const endorse = (key: string, to: string) =>
        run('base', 'endorse', 'slim', ...who, '--key', key, '--publish', `${to}/bases/slim:1`);
      const broken = 'exec:/bin/false';
      for (const failed of [
        await endorse(harbour.at('ada.key'), '127.0.0.1:1'),
        await endorse(broken, registry.address),
      ])
        expect([failed.status, failed.stdout, readFileSync(file, 'utf8')]).toEqual([1, '', before]);
      expect((await fetch(`http://${registry.address}/v2/bases/slim/manifests/1`)).status).toBe(404);
      expect(await endorse(harbour.at('ada.key'), registry.address)).toMatchObject({ status: 0, stderr: '' });
      expect(readFileSync(file, 'utf8')).toContain('state: endorsed');
    } finally {
      await registry.stop();
      harbour.remove();
      place.remove();
    }
  });
});

test('a catalogue that nobody would ask is refused, but not one that a setting names for every run', async () => {
  const harbour = new Harbour();
  const place = new Place();
  harbour.keys('ci');
  try {
    const verify = ['verify', '--key', harbour.at('ci.pub'), '127.0.0.1:1/shop/cart:1'];
    const given = await place.plimsoll([...verify, '--bases', 'bases']);
    expect([given.status, given.stderr]).toEqual([
      64,
      `plimsoll: --bases would not be asked: the signature alone says nothing of a base (no-trust)
  Name a trust root (--trust-root) and leave out --signature-only, or leave out --bases
`,
    ]);
    const set = await place.plimsoll(verify, { env: { PLIMSOLL_BASES: 'bases' } });
    expect(set).toMatchObject({ status: 1, stderr: expect.stringContaining('127.0.0.1:1') });
  } finally {
    harbour.remove();
    place.remove();
  }
});
