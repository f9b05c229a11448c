import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TrustEvidence, Verdict } from '../../src/model/index.ts';
import { Place } from '../cli/plimsoll.ts';
import { buildImage, buildIndex } from '../make/image-builder.ts';
import { pushImage } from '../make/push-image.ts';
import { noRegistryReason, startRegistry, type TestRegistry } from '../make/registry.ts';
import { provenance } from './harbour.ts';

const reason = noRegistryReason();
if (reason !== undefined) console.warn(`skipped: ${reason}`);

const policy = `apiVersion: plimsoll.dev/v1
kind: Policy
metadata: { name: shipped }
rules:
  signed-by-builder: fail
  provenance-from: { sources: ["https://github.com/acme/*"] }
  code-analysis-clean: { tools: [semgrep] }
  approved-by: { roles: [security] }
`;

describe.skipIf(reason !== undefined)('the program, as users run it', () => {
  const place = new Place();
  let registry: TestRegistry;
  let reference: string;
  const run = (...args: string[]) => place.plimsoll(args);
  const says = async (...args: string[]) => {
    const { status, stdout, stderr } = await run(...args);
    return { status, stdout, stderr };
  };
  beforeAll(async () => {
    registry = await startRegistry();
    reference = await pushImage(registry, 'shop/cart:1', buildIndex([buildImage()]));
    const file = (name: string, text: string) => writeFileSync(join(place.folder('work'), name), text);
    file('policy.yaml', policy);
    file('provenance.json', JSON.stringify(provenance()));
    const driver = { tool: { driver: { name: 'semgrep' } } };
    file('clean.sarif', JSON.stringify({ version: '2.1.0', runs: [{ ...driver, results: [] }] }));
    for (const name of ['ci', 'alice']) expect(await says('trust', 'keygen', name)).toMatchObject({ status: 0 });
    await run('trust', 'init', '--name', 'acme');
    await run('trust', 'enrol', 'ci', '--key', 'ci.pub', '--repository', `${registry.address}/shop/**`);
    const roles = ['--person', '--role', 'security', '--repository', '**'];
    await run('trust', 'enrol', 'alice', '--key', 'alice.pub', ...roles);
  });
  afterAll(async () => {
    await registry.stop();
    place.remove();
  });
  const scan = (...more: string[]) =>
    run('scan', `registry:${reference}`, '--policy', 'policy.yaml', '--platform', 'linux/amd64', '-f', 'json', ...more);

  test('a scan can’t tell without a trust root, fails with nothing signed, and passes once all is there', async () => {
    const read = ({ stdout }: { stdout: string }) =>
      JSON.parse(stdout) as { verdict: Verdict; evidence?: TrustEvidence };
    const unlooked = await scan();
    expect(unlooked.status).toBe(3);
    expect(read(unlooked).verdict.doubts.map(({ what }) => what)).toEqual([
      'who signed it: nobody looked',
      'what it was built from: nobody looked',
      'what code analysis found: nobody looked',
      'who approved it: nobody looked',
    ]);
    const bare = await scan('--trust-root', 'trust.yaml');
    expect(bare.status).toBe(2);
    expect(
      read(bare)
        .verdict.violations.map(({ what }) => what)
        .sort(),
    ).toEqual(
      [
        'no builder of trust root acme signed it',
        'no builder says what it was built from',
        'no fresh results of semgrep',
        'nobody with the role security approved it',
        'nobody approved it',
      ].sort(),
    );
    const ci = ['--key', 'ci.key', '--platform', 'linux/amd64', reference];
    expect(await says('sign', '--key', 'ci.key', reference)).toMatchObject({ status: 0, stderr: '' });
    await run('attest', '--type', 'slsaprovenance1', '--predicate', 'provenance.json', ...ci);
    await run('attest', '--type', 'sarif', ...ci, 'clean.sarif');
    await run(
      'attest',
      '--key',
      'alice.key',
      '--type',
      'approval',
      '--statement',
      'fit',
      '--platform',
      'linux/amd64',
      reference,
    );
    const whole = await scan('--trust-root', 'trust.yaml');
    expect(read(whole).verdict.violations).toEqual([]);
    expect(whole.status).toBe(0);
    const { evidence, verdict } = read(whole);
    expect(verdict.evidenceDigest).toMatch(/^sha256:/);
    expect(evidence!.signatures[0]!.signer.name).toBe('ci');
    expect(evidence!.attestations.map(({ facts }) => facts.kind).sort()).toEqual([
      'analysis',
      'approval',
      'provenance',
    ]);
  });

  test('verify says each step, and exits with what came of it', async () => {
    const attest = ['attest', '--key', 'ci.key', '--type', 'verdict', '--platform', 'linux/amd64'];
    const none = 'apiVersion: plimsoll.dev/v1\nkind: Policy\nmetadata: { name: easy }\nrules: { no-secrets: fail }\n';
    writeFileSync(join(place.folder('work'), 'easy.yaml'), none);
    const attested = await says(...attest, '--policy', 'easy.yaml', reference);
    expect(attested).toMatchObject({ status: 0, stderr: '' });
    const verify = (...more: string[]) =>
      says('verify', '--trust-root', 'trust.yaml', '--platform', 'linux/amd64', ...more, reference);
    const verified = await verify();
    expect(verified.stdout.replace(/sha256:[0-9a-f]{12}/g, '<digest>').replace(/\d{4}-\S+Z/g, '<time>')).toBe(
      `${reference}  <digest>

 PASS   trusting acme

 signature   pass         bundle <digest> holds
 identity    pass         ci of trust root acme (key <digest>)
 subject     pass         the index <digest>, which lists
                          <digest>
 provenance  pass         built from https://github.com/acme/cart at
                          ffffffffffff on debian:12
 verdict     pass         easy judged it pass on <time>
`,
    );
    expect(verified.status).toBe(0);
    await run('trust', 'revoke', 'ci', '--at', '2026-01-01T00:00:00Z', '--reason', 'disk stolen');
    const refused = await verify('--format', 'json');
    expect(refused.status).toBe(2);
    expect(JSON.parse(refused.stdout)).toMatchObject({
      result: 'fail',
      steps: [{ result: 'pass' }, { step: 'identity', code: 'key-revoked' }, {}, {}, {}],
    });
    expect((await says('verify', '--key', 'ci.pub', reference)).status).toBe(0);
    expect((await says('verify', reference)).status).toBe(64);
  });

  test('provenance says what it was built from, and whether that can be believed', async () => {
    const { status, stdout } = await says('provenance', '--platform', 'linux/amd64', reference);
    expect(status).toBe(0);
    expect(stdout).toContain(' standing  signed; --trust-root says by whom\n source    https://github.com/acme/cart\n');
    const other = await pushImage(registry, 'bare:1', buildImage());
    expect(await says('provenance', other)).toMatchObject({ status: 3 });
  });

  test('what could deceive a terminal is written out', async () => {
    const evil = provenance();
    evil.runDetails.builder.id = 'evil\u001b[2Kbuilder';
    writeFileSync(join(place.folder('work'), 'evil.json'), JSON.stringify(evil));
    const target = await pushImage(registry, 'shop/evil:1', buildImage());
    await run('attest', '--key', 'ci.key', '--type', 'slsaprovenance1', target, 'evil.json');
    const { stdout } = await says('provenance', target);
    expect(stdout).toContain('evil\\x1b[2Kbuilder');
    expect(stdout).not.toContain('\u001b');
  });

  test('a file that is there is not written over', async () => {
    const before = readFileSync(join(place.folder('work'), 'ci.key'), 'utf8');
    expect(await says('trust', 'keygen', 'ci')).toMatchObject({ status: 1 });
    expect(readFileSync(join(place.folder('work'), 'ci.key'), 'utf8')).toBe(before);
  });
});
