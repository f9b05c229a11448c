import type { ShellRule } from '../shell/index.ts';

/** WORKDIR, not cd. */
export const workdirInsteadOfCd: ShellRule = {
  name: 'workdir-instead-of-cd',
  summary: 'Folders are entered by WORKDIR.',
  explanation:
    'A cd holds for one RUN only, and readers have to follow it through the line. WORKDIR says it for all instructions that follow, makes the folder, and fails where it can’t be entered.',
  category: 'style',
  severity: 'warning',
  aliases: ['DL3003'],
  check({ commands }) {
    const first = commands.find(({ name, place }) => name === 'cd' && place.inFunction === undefined);
    if (first === undefined) return [];
    const where = first.args[0]?.text;
    return [
      {
        ...{ from: first.from, to: first.to },
        message: where === undefined ? 'cd goes home for this RUN only' : `cd ${where} holds for this RUN only`,
        advice: `write WORKDIR ${where ?? '/root'} before it`,
      },
    ];
  },
};
