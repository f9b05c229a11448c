import { offeredFix } from '../fix.ts';
import type { ShellRule } from '../shell/index.ts';

const inCache = new Set(['search', 'show', 'policy', 'depends', 'rdepends', 'list']);

const otherDefaults = {
  effect: 'contents',
  note: 'the same packages, but upgrade brings no new ones, and what was downloaded is only removed where the base does that',
} as const;

/** apt-get in scripts, not apt. */
export const stablePackageTool: ShellRule = {
  name: 'stable-package-tool',
  summary: 'Scripts call apt-get or apt-cache, not apt.',
  explanation:
    'apt is made for people: its output and its defaults change between releases, which it says itself when its output is no terminal. apt-get and apt-cache keep theirs.',
  category: 'correctness',
  severity: 'warning',
  aliases: ['DL3027'],
  check({ commands }) {
    return commands
      .filter(({ name }) => name === 'apt')
      .map(({ program, args, from, to }) => {
        const subcommand = args.find(({ text }) => !text.startsWith('-'))?.text ?? '';
        const instead = inCache.has(subcommand) ? 'apt-cache' : 'apt-get';
        const edits = [{ from: program.from, to: program.to, text: instead }];
        // apt-cache has other words for some of these.
        const fix = instead === 'apt-get' ? offeredFix('write apt-get', edits, otherDefaults) : undefined;
        return {
          ...{ from, to, fix },
          message: 'apt is made for people, and changes between releases',
          advice: `write ${instead}`,
        };
      });
  },
};
