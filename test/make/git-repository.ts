import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runCommand } from './run-command.ts';

/** A real git repository with a bare one as its remote, both made for a test. */
export interface GitRepository {
  readonly path: string;
  /** `file:///…`: what provenance calls it. */
  readonly address: string;
  git(...args: readonly string[]): Promise<string>;
  /** Writes files and commits them; the time is the same on every machine. Gives the commit. */
  commit(files: Readonly<Record<string, string | Buffer>>): Promise<string>;
  push(): Promise<void>;
}

const who = {
  GIT_AUTHOR_NAME: 'Test',
  GIT_AUTHOR_EMAIL: 'test@example.com',
  GIT_COMMITTER_NAME: 'Test',
  GIT_COMMITTER_EMAIL: 'test@example.com',
  GIT_AUTHOR_DATE: '2026-02-03T04:05:06Z',
  GIT_COMMITTER_DATE: '2026-02-03T04:05:06Z',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
};

/** Makes a repository in a folder with a remote beside it, `FOLDER.git`. */
export async function gitRepository(path: string): Promise<GitRepository> {
  mkdirSync(path, { recursive: true });
  const run = (...args: readonly string[]): Promise<string> =>
    runCommand('git', ['-C', path, ...args], { env: { ...process.env, ...who } });
  await runCommand('git', ['init', '--quiet', '--bare', '--initial-branch=main', `${path}.git`]);
  await run('init', '--quiet', '--initial-branch=main');
  await run('remote', 'add', 'origin', `${path}.git`);
  return {
    path,
    address: `file://${path}.git`,
    git: run,
    async commit(files) {
      for (const [name, content] of Object.entries(files)) {
        mkdirSync(dirname(join(path, name)), { recursive: true });
        writeFileSync(join(path, name), content);
      }
      await run('add', '--all');
      await run('commit', '--quiet', '--allow-empty', '--message', 'a change');
      return (await run('rev-parse', 'HEAD')).trim();
    },
    push: async () => void (await run('push', '--quiet', '--force', 'origin', 'HEAD:main')),
  };
}
