import { describe, expect, it } from 'vitest';
import { parseIgnoreFile } from './ignore-file.ts';

/** Those of the paths that are left out. */
function out(text: string, ...paths: string[]): string[] {
  const ignore = parseIgnoreFile(text);
  return paths.filter((path) => ignore.leavesOut(path));
}

describe('.dockerignore', () => {
  it('leaves out files and all below folders, by patterns of parts', () => {
    expect(
      out('# note\n.git\n*/temp*\ntemp?\n', '.git/config', 'a/temporary.txt', 'a/b/temp', 'tempa', 'temp', 'a.git'),
    ).toEqual(['.git/config', 'a/temporary.txt', 'tempa']);
    expect(out('**/*.go\n/x/\n[a-c].md\n', 'm.go', 'a/b/m.go', 'x/y', 'b.md', 'd.md')).toEqual([
      'm.go',
      'a/b/m.go',
      'x/y',
      'b.md',
    ]);
    expect(out('\\*.md', '*.md', 'a.md')).toEqual(['*.md']);
  });

  it('takes exceptions in order, the last that fits counts', () => {
    expect(out('*.md\n!README*.md\nREADME-secret.md\n', 'a.md', 'README.md', 'README-secret.md')).toEqual([
      'a.md',
      'README-secret.md',
    ]);
    expect(parseIgnoreFile('*\n!src\n')).toMatchObject({ hasExceptions: true, leavesOutAll: true });
  });

  it('stays quick whatever the patterns', () => {
    const stars = '*a'.repeat(2000);
    expect(out(`${stars}\n${'**/'.repeat(60)}x\n`, 'a'.repeat(3000), 'a/'.repeat(90))).toEqual(['a'.repeat(3000)]);
  });
});
