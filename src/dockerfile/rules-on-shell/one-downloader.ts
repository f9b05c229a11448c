import type { ShellRule, ShellRun } from '../shell/index.ts';

/** curl or wget, not both. */
export const oneDownloader: ShellRule = {
  name: 'one-downloader',
  summary: 'A stage uses one program to download: curl or wget.',
  explanation:
    'Two programs that do the same are two packages with their advisories, and two sets of options to get right. The one that comes with the base is enough.',
  category: 'size',
  severity: 'warning',
  aliases: ['DL4001'],
  check(run, { runs, index }) {
    const here = run.commands.findLast(({ name }) => isDownloader(name));
    if (here === undefined) return [];
    const first = firstUses(runs);
    const isUsed = (name: string): boolean => (first.get(name) ?? Infinity) <= index;
    if (!isUsed('curl') || !isUsed('wget')) return [];
    const { from, to, name } = here;
    const other = name === 'curl' ? 'wget' : 'curl';
    return [
      { from, to, message: `${name} downloads here, ${other} elsewhere in the stage`, advice: `use ${other} for all` },
    ];
  },
};

const known = new WeakMap<readonly ShellRun[], ReadonlyMap<string, number>>();

/** The first RUN of a stage that calls each; found once for all. */
function firstUses(runs: readonly ShellRun[]): ReadonlyMap<string, number> {
  let found = known.get(runs);
  if (found === undefined) {
    const uses = new Map<string, number>();
    for (const [index, { commands }] of runs.entries())
      for (const { name } of commands) if (isDownloader(name) && !uses.has(name)) uses.set(name, index);
    found = uses;
    known.set(runs, found);
  }
  return found;
}

function isDownloader(name: string): boolean {
  return name === 'curl' || name === 'wget';
}
