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
    const before = runs.slice(0, index).flatMap(programs);
    const here = programs(run);
    const all = new Set([...before, ...here]);
    if (here.length === 0 || !all.has('curl') || !all.has('wget')) return [];
    const { from, to, name } = run.commands.findLast(({ name: each }) => each === 'curl' || each === 'wget')!;
    const other = name === 'curl' ? 'wget' : 'curl';
    return [
      { from, to, message: `${name} downloads here, ${other} elsewhere in the stage`, advice: `use ${other} for all` },
    ];
  },
};

function programs({ commands }: ShellRun): string[] {
  return commands.map(({ name }) => name).filter((name) => name === 'curl' || name === 'wget');
}
