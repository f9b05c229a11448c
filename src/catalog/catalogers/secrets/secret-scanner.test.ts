import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cases, innocent, pathCases } from './cases.table.ts';
import { secretRules } from './rules/index.ts';
import { scanForSecrets } from './secret-scanner.ts';
import { base62Checksum } from './value-checks.ts';
import { fuzz } from '../../../../test/make/fuzz.ts';

const lower = 'abcdefghijklmnopqrstuvwxyz';
const upper = lower.toUpperCase();
const classes: Readonly<Record<string, string>> = {
  A: `${lower}${upper}0123456789`,
  B: `${lower}${upper}0123456789+/`,
  W: `${lower}${upper}0123456789_-`,
  L: lower + upper,
  U: `${upper}234567`,
  h: '0123456789abcdef',
  d: '0123456789',
  l: `${lower}234567`,
  Z: 'QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L',
};

/** Draws with a fixed seed; first and last are no signs, and every draw mixes digits in where the class has them. */
function draws(seed: number) {
  let state = seed;
  const next = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  return (name: string, count: number): string => {
    const from = classes[name]!;
    const plain = from.replace(/[+/_-]/g, '');
    return Array.from({ length: count }, (_, i) =>
      i % 7 === 3 && /\d/.test(plain) && name !== 'Z'
        ? plain.replace(/\D/g, '')[next(plain.replace(/\D/g, '').length)]!
        : i === 0 || i === count - 1
          ? plain[next(plain.length)]!
          : from[next(from.length)]!,
    ).join('');
  };
}

function fill(template: string, draw: (name: string, count: number) => string): string {
  return template
    .replace(/(?<=\w|-|\.|~|\/|:|\$|&)\|(?=\w|-|\.|\/|~|\$|=|e)/g, '')
    .replaceAll('{uuid}', () => [8, 4, 4, 4, 12].map((n) => draw('h', n)).join('-'))
    .replaceAll('{basic}', () => Buffer.from(`user:${draw('A', 12)}`).toString('base64'))
    .replaceAll('{sum}', () => {
      const body = draw('A', 30);
      return body + base62Checksum(body);
    })
    .replace(/\{([A-Za-z])(\d+)\}/g, (_, name: string, count: string) => draw(name, Number(count)));
}

const rulesIn = (text: string, path = '/app/settings.txt'): string[] =>
  scanForSecrets(Buffer.from(text), path).secrets.map(({ rule }) => rule.id);

describe('the rules', () => {
  it('are at least ninety, with ids of their own and cases each', () => {
    const ids = secretRules.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThanOrEqual(90);
    expect([...Object.keys(cases), ...Object.keys(pathCases)].sort()).toEqual([...ids].sort());
  });

  it.each(Object.entries(cases))('%s finds its secret, alone and amid other text', (id, template) => {
    for (let seed = 1; seed <= 5; seed++) {
      const text = fill(template, draws(seed * 7919));
      expect(rulesIn(text), text).toEqual([id]);
      expect(rulesIn(`first line\n  ${text},\nlast line\n`).filter((rule) => rule === id)).toEqual([id]);
    }
  });

  it.each(Object.entries(pathCases))('%s finds its secret in its own file only', (id, [path, template]) => {
    const text = fill(template, draws(99));
    expect(rulesIn(text, path)).toEqual([id]);
    expect(rulesIn(text, '/app/other.txt')).not.toContain(id);
  });

  it.each(Object.entries(cases))('%s does not take one character over and over for a secret', (id, template) => {
    expect(rulesIn(fill(template, (_, count) => 'a'.repeat(count)))).not.toContain(id);
  });

  it.each(
    secretRules
      .filter(({ shape, ignoreCase }) => ignoreCase !== true && shape.startsWith('(?:') && !shape.startsWith('(?:curl'))
      .map(({ id }) => id),
  )('%s does not begin inside a word', (id) => {
    const text = fill(cases[id] ?? '', draws(31));
    const { start } = scanForSecrets(Buffer.from(text), '/app/settings.txt').secrets[0]!;
    if (/^\w/.test(text.slice(start)))
      expect(rulesIn(`${text.slice(0, start)}Zq7${text.slice(start)}`)).not.toContain(id);
  });

  it('refuse tokens whose checksum is wrong', () => {
    const body = draws(5)('A', 30);
    expect(rulesIn(`gh${'p_'}${body}000000 np${'m_'}${body}000000`)).toEqual([]);
  });

  it.each(innocent)('%s: %s', (path, text) => {
    expect(rulesIn(text, path)).toEqual([]);
  });
});

describe('assignments', () => {
  it.each([
    ['/app/config.py', 'DB_PASSWORD = "Tr0ub4dor-and-3"', 'medium'],
    ['/app/config.yml', 'secret_key: 9f8a7b6c5d4e3f2a1b0c', 'medium'],
    ['/app/.env', 'SMTP_PASSWORD=letmein', 'low'],
    ['/app/wp-config.php', "define('DB_PASSWORD', 'k3J9-xQ2p');", 'medium'],
    ['/app/x.json', '"api_key": "9f8a7b6c5d4e3f2a1b0c"', 'medium'],
  ])('%s: %s', (path, text, severity) => {
    expect(scanForSecrets(Buffer.from(text), path).secrets.map((hit) => [hit.rule.id, hit.severity])).toEqual([
      ['generic-secret', severity],
    ]);
  });
});

describe('any bytes', () => {
  it('are survived', () => {
    const templates = Object.values(cases);
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.constantFrom(...templates.map((t) => fill(t, draws(3)))),
            fc.string(),
            fc.uint8Array({ maxLength: 40 }).map((b) => Buffer.from(b).toString('latin1')),
          ),
          { maxLength: 12 },
        ),
        (parts) => {
          const bytes = Buffer.from(parts.join(''), 'latin1');
          for (const { start, end, secret } of scanForSecrets(bytes, '/app/x').secrets)
            expect(bytes.toString('latin1', start, end)).toBe(secret);
        },
      ),
      fuzz(300),
    );
  });

  it.each([
    'AKIA',
    '://',
    '://a:',
    'eyJ',
    'password',
    'password=',
    'curl -u ',
    '"auth"',
    '-----BEGIN ',
    'T3BlbkFJsk-',
    'AZDO',
    '0Q~',
    ':AAE',
    'chpasswd',
    'aws_secret',
    'eyJaaaaaaaaaaa.',
    '\0',
  ])('a megabyte of %j are read in bounded steps', (piece) => {
    expect(scanForSecrets(Buffer.alloc(1 << 20, piece), '/app/x.js').secrets.length).toBeLessThan(1000);
  });
});
