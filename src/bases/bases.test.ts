import fs from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CodedError, type Base, type Digest } from '../model/index.ts';
import { fuzz } from '../../test/make/fuzz.ts';
import {
  baseFinder,
  baseText,
  chosenRelease,
  endorsementPredicate,
  fingerprintText,
  parseBase,
  parseFingerprint,
  parseRoles,
  personWhoMay,
  withdrawn,
  withEndorsement,
  withPublished,
  withRelease,
  withVerdict,
} from './index.ts';

const guide = fs.readFileSync(new URL('../../docs/formats/base.md', import.meta.url), 'utf8');
const [example = '', rolesExample = ''] = [...guide.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text]) => text!);
const one: Digest = `sha256:${'1'.repeat(64)}` as Digest;
const two: Digest = `sha256:${'2'.repeat(64)}` as Digest;
const doing = { by: 'bob', at: '2026-11-03T00:00:00Z' };

async function failureOf(work: () => Promise<unknown>): Promise<string[]> {
  try {
    await work();
    return [];
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return [error.code, ...error.message.split('\n')];
  }
}

function release(digest: Digest): Base['releases'][number] {
  return {
    digest,
    aliases: [],
    platform: 'linux/amd64',
    reference: 'docker.io/library/debian:12',
    added: doing.at,
    sizeBytes: 1,
    diffIds: [digest],
    state: 'candidate',
    published: [],
  };
}

const plain: Base = {
  name: 'debian-12',
  purpose: 'plain',
  source: 'debian:12',
  owner: 'platform',
  channels: [],
  state: 'candidate',
  releases: [],
  history: [{ at: doing.at, by: 'bob', what: 'added' }],
};
const passing = {
  result: 'pass',
  policy: 'base',
  policyDigest: one,
  scope: 'default',
  at: doing.at,
} as const;
const endorsement = { by: 'ada', role: 'keeper', at: doing.at, statement: two };

describe("a base's file", () => {
  test('is read as docs/formats/base.md shows it', async () => {
    const base = await parseBase(example, 'debian-12.yaml');
    expect(base).toMatchObject({
      name: 'debian-12',
      purpose: 'plain',
      owner: 'platform@example.com',
      state: 'endorsed',
      channels: ['stable'],
      releases: [{ state: 'endorsed', endorsement: { by: 'ada@example.com' } }],
    });
    expect(base.history.map(({ what }) => what)).toEqual(['added', 'endorsed']);
  });

  test('with mistakes is refused with the place of each', async () => {
    const text = example
      .replace('state: endorsed', 'state: endorse')
      .replace('purpose: plain', 'purpos: plain')
      .replace('supportEnd: 2028-06-30', 'supportEnd: soon');
    expect(await failureOf(() => parseBase(text, 'b.yaml'))).toEqual([
      'invalid-base',
      'b.yaml:1:1: missing field "purpose"',
      'b.yaml:6:1: unknown field "purpos"; did you mean "purpose"?',
      'b.yaml:10:1: supportEnd: must be YYYY-MM-DD',
      'b.yaml:12:1: state must be one of candidate, endorsed, deprecated, retired; did you mean endorsed?',
    ]);
  });

  test('that calls a release endorsed without saying by whom, or twice, is refused', async () => {
    const text = `apiVersion: plimsoll.dev/v1
kind: Base
metadata: { name: a }
purpose: plain
source: debian:12
owner: me
state: endorsed
releases:
  - { digest: ${one}, reference: a, added: 2026-01-01T00:00:00Z, sizeBytes: 1, diffIds: [], state: endorsed }
  - { digest: ${one}, reference: a, added: 2026-01-01T00:00:00Z, sizeBytes: 1, diffIds: [], state: candidate }
`;
    expect(await failureOf(() => parseBase(text, 'a.yaml'))).toEqual([
      'invalid-base',
      'a.yaml:9:158: an endorsed release names its endorsement',
      'a.yaml:10:7: a release of this digest stands above',
    ]);
  });

  test('keeps comments and order when the base changes', async () => {
    const text =
      '# our plain base\n' + example.replace('state: endorsed\nreleases', 'state: endorsed # since May\nreleases');
    const before = await parseBase(text, 'debian-12.yaml');
    const after = withdrawn(before, 'deprecated', { ...doing, why: 'support: ends' });
    const written = await baseText(after, { text, base: before });
    expect(written).toBe(
      `${text.replace('state: endorsed # since May', 'state: deprecated # since May')}  - at: 2026-11-03T00:00:00Z
    by: bob
    what: deprecated
    why: "support: ends"
`,
    );
    expect(await parseBase(written, 'debian-12.yaml')).toEqual(after);
  });

  test('is written for whatever a base can be, and read back to the same base', async () => {
    const line = fc.string({ minLength: 1, maxLength: 40 }).filter((text) => !/[\r\n]/.test(text));
    await fc.assert(
      fc.asyncProperty(
        line,
        line,
        fc.option(fc.string({ maxLength: 60 }), { nil: undefined }),
        async (owner, by, why) => {
          const first: Base = {
            ...plain,
            owner,
            history: [{ at: doing.at, by, what: 'added', ...(why === undefined ? {} : { why }) }],
          };
          const text = await baseText(first);
          expect(await parseBase(text, 'x.yaml')).toEqual(first);
          const grown = withRelease(first, release(one), { by, at: doing.at });
          const judged = withVerdict(grown, one, passing, { by: owner, at: doing.at });
          expect(await parseBase(await baseText(judged, { text, base: first }), 'x.yaml')).toEqual(judged);
        },
      ),
      fuzz(60),
    );
  });

  test('is read or refused with a code, whatever its bytes', async () => {
    const edit = fc.tuple(
      fc.nat(example.length),
      fc.nat(12),
      fc.constantFrom('', ':', '- ', '[', '}', '*a', '\n', '\u0000'),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), async (edits) => {
        let text = example;
        for (const [at, cut, put] of edits) text = text.slice(0, at) + put + text.slice(at + cut);
        const [code] = await failureOf(() => parseBase(text, 'x.yaml'));
        expect([undefined, 'invalid-base', 'base-too-large']).toContain(code);
      }),
      fuzz(150),
    );
  });

  test('never loses a line of its history', async () => {
    const text = await baseText(plain);
    const forgetful = { ...plain, history: [{ ...plain.history[0]!, by: 'nobody' }] };
    await expect(baseText(forgetful, { text, base: plain })).rejects.toThrow('only ever appended to');
  });
});

describe('a base', () => {
  const grown = withRelease(plain, release(one), doing);
  const judged = withVerdict(grown, one, passing, doing);
  const endorsed = withEndorsement(judged, one, endorsement, { ...doing, why: 'fine' });

  test('goes from candidate to endorsed, deprecated and retired, and each step is told', () => {
    const over = withdrawn(withdrawn(endorsed, 'deprecated', doing), 'retired', doing);
    expect([grown.state, endorsed.state, over.state]).toEqual(['candidate', 'endorsed', 'retired']);
    expect(over.history.map(({ what, why }) => [what, why])).toEqual([
      ['added', undefined],
      ['added', undefined],
      ['assessed', 'pass by policy base, scope default'],
      ['endorsed', 'fine'],
      ['deprecated', undefined],
      ['retired', undefined],
    ]);
    expect(() => withdrawn(over, 'deprecated', doing)).toThrow('debian-12 is retired already');
    expect(() => withEndorsement(over, one, endorsement, doing)).toThrow('no release of it can be endorsed');
    const gone = withdrawn(endorsed, 'retired', { ...doing, release: one });
    expect(() => withEndorsement(gone, one, endorsement, doing)).toThrow(`the release ${one} is retired`);
  });

  test('whose endorsed release fails has turned', () => {
    const turned = withVerdict(endorsed, one, { ...passing, result: 'fail' }, doing);
    expect(turned.history.at(-1)).toMatchObject({ what: 'turned', why: 'fail by policy base, scope default' });
  });

  test('is asked for a release by the beginning of its digest, and says which there are not', () => {
    expect(chosenRelease(endorsed, '111111').digest).toBe(one);
    expect(chosenRelease(endorsed, 'debian-12@sha256:1111111').digest).toBe(one);
    expect(() => chosenRelease(endorsed, '222222')).toThrow('debian-12 has no release 222222');
    expect(() => chosenRelease(plain)).toThrow('debian-12 has no release yet');
  });

  test('is found by digest, by an alias, by the names it is taken from and published under', () => {
    const published = withPublished(
      endorsed,
      one,
      { reference: 'registry.example.com/bases/debian:12.5', digest: two, at: doing.at },
      doing,
    );
    const newer = withEndorsement(
      withVerdict(
        withRelease(published, release(`sha256:${'3'.repeat(64)}` as Digest), doing),
        `sha256:${'3'.repeat(64)}` as Digest,
        passing,
        doing,
      ),
      `sha256:${'3'.repeat(64)}` as Digest,
      endorsement,
      doing,
    );
    const find = baseFinder([{ ...newer, channels: ['stable'] }]);
    const newest = {
      digest: `sha256:${'3'.repeat(64)}`,
      reference: `docker.io/library/debian:12@sha256:${'3'.repeat(64)}`,
    };
    const known = { name: 'debian-12', purpose: 'plain', owner: 'platform', newest };
    expect(find(`anything@${one}`)).toEqual({ ...known, state: 'endorsed', release: one, verdict: 'pass' });
    expect(find(`registry.example.com/bases/debian@${two}`)).toEqual({
      ...known,
      state: 'endorsed',
      release: one,
      verdict: 'pass',
    });
    expect([
      find('debian:12'),
      find('docker.io/library/debian:12'),
      find('registry.example.com/bases/debian:stable'),
    ]).toEqual(Array(3).fill({ ...known, state: 'endorsed' }));
    expect(find(`debian@sha256:${'9'.repeat(64)}`)).toEqual({ ...known, state: 'candidate' });
    expect([find('debian:11'), find('alpine')]).toEqual([undefined, undefined]);
  });
});

describe('who may endorse', () => {
  test('is said by roles.yaml, and those who may are named to those who may not', async () => {
    const roles = await parseRoles(rolesExample, 'roles.yaml');
    expect(personWhoMay(roles, 'endorse', { by: 'ada@example.com', role: 'keeper' }).name).toBe('ada@example.com');
    const refusals = [
      { by: 'bob', role: 'keeper' },
      { by: 'ada@example.com', role: 'king' },
    ].map((who) => {
      try {
        personWhoMay(roles, 'retire', who);
        return 'may';
      } catch (error) {
        return error instanceof CodedError ? `${error.message} (${error.hint})` : error;
      }
    });
    expect(refusals).toEqual([
      'bob may not retire a base: bob is not in the role keeper (those who may: ada@example.com (keeper))',
      'ada@example.com may not retire a base: there is no role king (those who may: ada@example.com (keeper))',
    ]);
  });
});

describe('the statement of an endorsement', () => {
  test('says which release of which base, who stands behind it, and how it was judged', () => {
    const base = withVerdict(withRelease(plain, { ...release(one), aliases: [two] }, doing), one, passing, doing);
    expect(
      endorsementPredicate(base, base.releases[0]!, { by: 'ada', role: 'keeper', at: doing.at, reason: 'fine' }),
    ).toEqual({
      base: 'debian-12',
      release: one,
      source: 'debian:12',
      owner: 'platform',
      by: 'ada',
      role: 'keeper',
      at: doing.at,
      reason: 'fine',
      verdict: passing,
    });
  });

  test('is not made where the verdict does not pass', () => {
    const base = withRelease(plain, release(one), doing);
    expect(() => endorsementPredicate(base, base.releases[0]!, { by: 'a', role: 'b', at: doing.at })).toThrow(
      'has no verdict that passes',
    );
  });
});

describe('a fingerprint', () => {
  const fingerprint = { digest: one, executables: ['0123456789abcdef'], packages: ['deb libc6 2.36'] };

  test('is read back as it was written', () => {
    expect(parseFingerprint(fingerprintText(fingerprint), 'f.json')).toEqual(fingerprint);
  });

  test('is read or refused with a code, whatever its bytes', () => {
    const text = fingerprintText(fingerprint);
    fc.assert(
      fc.property(fc.nat(text.length), fc.nat(20), fc.string({ maxLength: 5 }), (at, cut, put) => {
        try {
          parseFingerprint(text.slice(0, at) + put + text.slice(at + cut), 'f.json');
        } catch (error) {
          expect(error).toMatchObject({ code: 'invalid-fingerprint' });
        }
      }),
      fuzz(300),
    );
  });
});
