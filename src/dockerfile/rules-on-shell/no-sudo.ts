import { offeredFix } from '../fix.ts';
import type { ShellRule } from '../shell/index.ts';

const asStepUser = {
  effect: 'contents',
  note: 'the command runs as the user of the step, with its variables; that is root unless USER comes before',
} as const;

/** No sudo. */
export const noSudo: ShellRule = {
  name: 'no-sudo',
  summary: 'A RUN does not use sudo.',
  explanation:
    'A build runs as root until USER says otherwise, so that sudo does nothing but add a setuid program to the image. Do what needs root before USER; to give up root at start use setpriv or gosu.',
  category: 'security',
  severity: 'error',
  aliases: ['DL3004'],
  check({ commands }) {
    return commands
      .filter(({ name }) => name === 'sudo' || name === 'doas')
      .map(({ name, program, args, from, to }) => {
        const next = args[0];
        const isPlain = next !== undefined && !next.text.startsWith('-') && !next.text.includes('=');
        const edits = isPlain ? [{ from: program.from, to: next.from, text: '' }] : [];
        return {
          ...{ from, to },
          message: `${name} in a build: what runs as root needs none, what does not should not`,
          advice: 'remove it, and do this before USER',
          aliases: name === 'sudo' ? ['DL3004'] : [],
          fix: isPlain ? offeredFix(`remove ${name}`, edits, asStepUser) : undefined,
        };
      });
  },
};
