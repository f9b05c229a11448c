import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseShell } from './index.ts';
import { runTexts } from './run-texts.fixture.ts';
import { snippets } from './snippets.table.ts';

/**
 * What we read is what the real shells read: dash and bash say of each text whether they would run it (`-n`), and we must
 * say the same, but for the differences that are listed with their reasons.
 */
const shells = [
  ['dash', 'sh'],
  ['bash', 'bash'],
] as const;
const hasShells = shells.every(([shell]) => spawnSync(shell, ['-c', ':']).status === 0);
const dockerfiles = join(import.meta.dirname, '../../../../shared/data/dockerfiles/real');

function accepts(shell: string, text: string): boolean {
  const { status, stderr } = spawnSync(shell, ['-n'], { input: Buffer.from(text, 'latin1'), encoding: 'utf8' });
  // bash says some errors of `[[` and goes on.
  return status === 0 && !/syntax error|expected|unexpected (token|argument|EOF)/.test(stderr);
}

function differences(texts: Iterable<readonly [name: string, text: string]>): string[] {
  const found: string[] = [];
  for (const [name, text] of texts)
    for (const [shell, dialect] of shells) {
      const isAccepted = accepts(shell, text);
      const [error] = parseShell(text, { dialect }).errors;
      if (isAccepted !== (error === undefined))
        found.push(`${name}: only ${isAccepted ? shell : 'we'} (${error?.message})`);
    }
  return found;
}

describe.skipIf(!hasShells)('beside the real dash and bash (skipped where one is missing)', () => {
  it('every construct is taken or refused alike, but for these', () => {
    const found = snippets.flatMap((text) =>
      shells
        .filter(([shell, dialect]) => accepts(shell, text) !== (parseShell(text, { dialect }).errors.length === 0))
        .map(([shell]) => `${shell}: ${text}`),
    );
    expect(found.sort()).toEqual(Object.values(knownDifferences).flat().sort());
  });

  it.skipIf(!existsSync(dockerfiles))(
    'the RUN instructions of real Dockerfiles (skipped where ../shared/data is missing)',
    () => {
      const texts = readdirSync(dockerfiles).flatMap((name) =>
        runTexts(readFileSync(join(dockerfiles, name), 'utf8')).map(
          ({ text, line }) => [`${name}:${line}`, text] as const,
        ),
      );
      expect(texts.length).toBeGreaterThan(300);
      expect(differences(texts)).toEqual([]);
    },
  );

  it('the scripts of this machine', () => {
    expect(differences(scriptsOfMachine())).toEqual([]);
  });
});

/** Shell scripts below the folders where Debian's packages have theirs; at most so many, to bound the time. */
function* scriptsOfMachine(): Generator<readonly [string, string]> {
  const seen = new Set<string>();
  for (const folder of ['/usr/bin', '/usr/sbin', '/etc/init.d', '/usr/share', '/var/lib/dpkg/info', '/usr/lib']) {
    if (!existsSync(folder)) continue;
    const isDeep = folder === '/usr/share' || folder === '/usr/lib';
    for (const entry of readdirSync(folder, { withFileTypes: true, recursive: isDeep })) {
      if (seen.size >= 300) return;
      if (!entry.isFile()) continue;
      const file = realpathSync(join(entry.parentPath, entry.name));
      if (seen.has(file) || !beginsAsScript(file)) continue;
      seen.add(file);
      yield [file, readFileSync(file, 'latin1')];
    }
  }
}

function beginsAsScript(file: string): boolean {
  const bytes = Buffer.alloc(40);
  const descriptor = openSync(file, 'r');
  try {
    readSync(descriptor, bytes);
  } finally {
    closeSync(descriptor);
  }
  return /^#! ?(\/usr)?\/bin\/(env )?(ba|da)?sh\b/.test(bytes.toString('latin1'));
}

const knownDifferences: Readonly<Record<string, readonly string[]>> = {
  'bash finds these errors when the line runs, not with -n; so do we, early': [
    'bash: a <<E\n$(\nE',
    'bash: a <<E\n$((1\nE',
    'bash: a <<E\n${b\nE',
    'bash: a <<E\n`b\nE',
    'bash: echo `if`',
    'bash: for 1 in a; do b; done',
    'bash: for a-b in a; do b; done',
    'bash: [[ ]]',
  ],
  'extended globs need shopt -s extglob, which -n does not run': ['bash: echo !(a)', 'bash: echo @(a|b)'],
  'dash runs [[, (( and function as commands that it does not have; we read what was meant': [
    'dash: ((x = (1+2)*3))',
    'dash: [[ -f ]]',
    'dash: [[ ]]',
    'dash: [[ a\n&& b ]]',
    'dash: [[ a ]',
    'dash: [[ a ]] b',
    'dash: [[ a ]]b',
    'dash: [[ a b ]]',
    'dash: function a\n{\n b\n}',
  ],
  'a line continuation within a reserved word or an operator: nobody writes it': [
    'bash: echo a &\\\n& echo b',
    'bash: i\\\nf a; then b; fi',
    'dash: echo a &\\\n& echo b',
    'dash: i\\\nf a; then b; fi',
  ],
  'a quoted name of a function, which can be called by no other name': ['bash: "f"() { a; }'],
  'a newline after a lone word in [[, which bash refuses and takes after all other conditions': ['bash: [[ a\n&& b ]]'],
  'a parenthesis right after the delimiter of a here-document, which bash takes with a warning': [
    'bash: x=$(a <<E\nx\nE)',
  ],
  'a subscript that nothing ends is a word to us': ['bash: a[b c'],
};
