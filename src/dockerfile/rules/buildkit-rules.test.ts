import fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import { defaultSettings, lintDockerfile, type LintFacts, parseDockerfile } from '../index.ts';

const folder = new URL('../../../../shared/data/dockerfiles/buildkit-rules/', import.meta.url);
const isThere = fs.existsSync(folder);
const pages = isThere ? fs.readdirSync(folder).filter((name) => name !== '_index.md') : [];

interface Example {
  readonly rule: string;
  readonly verdict: 'bad' | 'good';
  readonly text: string;
}

/** The blocks of a page that stand behind a line with a cross or a tick. */
function examplesOf(page: string): readonly Example[] {
  const text = fs.readFileSync(new URL(page, folder), 'utf8');
  const rule = /^title: (\w+)/m.exec(text)![1]!;
  const block = /^(❌|✅)[^\n]*(?:\n[^\n]+)*\n\n(?:```dockerfile\n([\s\S]*?)```)/gm;
  return [...text.matchAll(block)].map((match) => ({
    rule,
    verdict: match[1] === '❌' ? 'bad' : 'good',
    // Some show a few lines alone.
    text: /^from\b/im.test(match[2]!) ? match[2]! : `FROM alpine\n${match[2]!}`,
  }));
}

/** The page's own pattern, `*\/tmp/*`, does not fit `tmp/helloworld.txt` by Docker's rules; this one does. */
const facts: LintFacts = { ignoreFile: 'tmp/*\n' };

describe.skipIf(!isThere)("BuildKit's build checks (skipped where ../shared/data is missing)", () => {
  it('are all there', () => {
    expect(pages.length).toBe(21);
    for (const page of pages) expect(examplesOf(page).map(({ verdict }) => verdict)).toContain('bad');
  });

  it.each(
    pages.flatMap((page) =>
      examplesOf(page).map((example, i) => [`${example.rule} ${example.verdict} ${i}`, example] as const),
    ),
  )('%s', (_, { rule, verdict, text }) => {
    const settings = { ...defaultSettings, enabled: ['all'] };
    const { findings } = lintDockerfile(parseDockerfile(text), { settings, facts });
    const found = findings.some(({ aliases }) => aliases.includes(rule));
    expect(found ? 'bad' : 'good').toBe(verdict);
  });
});
