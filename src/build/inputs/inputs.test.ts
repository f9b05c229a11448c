import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parseBuildArguments } from './build-arguments.ts';
import { auditLabels, parseLabels } from './labels.ts';
import { parseSecret } from './secret-mounts.ts';

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-inputs-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'key');
writeFileSync(file, 'secret');

function failure(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return (error as { code?: string }).code;
  }
  return 'nothing thrown';
}

describe('--secret', () => {
  test.each([
    [`id=key,src=${file}`, { id: 'key', from: { file } }],
    [`type=file,id=key,source=${file}`, { id: 'key', from: { file } }],
    ['id=TOKEN', { id: 'TOKEN', from: { variable: 'TOKEN' } }],
    ['id=npm,env=TOKEN', { id: 'npm', from: { variable: 'TOKEN' } }],
    ['type=env,id=TOKEN', { id: 'TOKEN', from: { variable: 'TOKEN' } }],
  ])('%s', (text, secret) => {
    expect(parseSecret(text, { TOKEN: 't' })).toEqual(secret);
  });

  test.each([
    ['src=/etc/passwd', 'bad-secret'],
    ['id=../../x,src=/etc/passwd', 'bad-secret'],
    ['id=a,src=b,env=c', 'bad-secret'],
    ['id=a,id=b', 'bad-secret'],
    ['id=a,mode=0400', 'bad-secret'],
    ['id=a,type=vault', 'bad-secret'],
    ['id=a,src=/no/such/file', 'secret-missing'],
    ['id=a,env=NOT_SET', 'secret-missing'],
    [`id=a,src=${folder}`, 'secret-missing'],
  ])('%s is refused: %s', (text, code) => {
    expect(failure(() => parseSecret(text, {}))).toBe(code);
  });

  test('a refusal does not repeat what may be the secret', () => {
    expect(() => parseSecret('id=a,value=hunter2hunter2', {})).toThrow('--secret id=…,value=… is not understood');
  });
});

describe('--build-arg', () => {
  const guess = (name: string) => (name === 'TOKEN' ? 'a token' : undefined);

  test('takes values, the environment for bare names, and passes over what has none', () => {
    const found = parseBuildArguments(['A=1', 'B=x=y', 'C', 'D'], { C: 'from here' }, guess);
    expect({ ...found }).toEqual({ A: '1', B: 'x=y', C: 'from here' });
  });

  test('refuses what looks like a secret, and says what to do', () => {
    expect(() => parseBuildArguments(['TOKEN=abc'], {}, guess)).toThrow(
      expect.objectContaining({
        code: 'secret-build-arg',
        message: 'the build argument TOKEN looks like a secret: a token',
        hint: 'Everyone who has the image could read it. Use --secret id=token,env=TOKEN and RUN --mount=type=secret,id=token',
      }) as Error,
    );
  });

  test.each(['=x', '1A=x', 'A B=x', '--flag=x'])('refuses %s', (text) => {
    expect(failure(() => parseBuildArguments([text], {}, guess))).toBe('bad-build-arg');
  });
});

describe('labels', () => {
  test('say where an image comes from, in one line each', () => {
    const facts = {
      repository: 'https://git.example.com/shop/cart',
      commit: 'a'.repeat(40),
      created: '2026-01-02T03:04:05Z',
      reference: 'registry.example.com/shop/cart:1',
      branch: 'main\u001b[31m\nfix',
      requestedBy: 'alice',
      builder: 'eu-1',
    };
    const source = {
      'org.opencontainers.image.source': 'https://git.example.com/shop/cart',
      'org.opencontainers.image.revision': 'a'.repeat(40),
      'org.opencontainers.image.created': '2026-01-02T03:04:05Z',
    };
    expect(auditLabels(facts, 'source')).toEqual(source);
    expect(auditLabels(facts, 'all')).toEqual({
      ...source,
      'org.opencontainers.image.ref.name': 'registry.example.com/shop/cart:1',
      'dev.plimsoll.branch': 'main [31m fix',
      'dev.plimsoll.requested-by': 'alice',
      'dev.plimsoll.builder': 'eu-1',
    });
  });

  test('of the user do not take the place of the builder’s', () => {
    expect({ ...parseLabels(['a.b=c', 'd=']) }).toEqual({ 'a.b': 'c', d: '' });
    for (const text of ['dev.plimsoll.builder=me', 'org.opencontainers.image.revision=abc', 'no-value', '=x'])
      expect(failure(() => parseLabels([text]))).toBe('bad-label');
  });
});
