import { offeredFix, safeFix } from '../fix.ts';
import type { ShellRule, Invocation } from '../shell/index.ts';

const silent = { effect: 'contents', note: 'what reads the messages of wget gets none' } as const;

/** Whether something else than the log gets what it says. */
function isHeard({ place }: Invocation): boolean {
  return place.command.redirections.length > 0 || place.outerRedirections.length > 0 || place.pipeline !== undefined;
}

/** wget draws no bar into the log. */
export const quietWget: ShellRule = {
  name: 'quiet-wget',
  summary: 'wget draws no progress bar into the log of the build.',
  explanation:
    'A log is no terminal: each step of the bar becomes a line, and what matters is lost among thousands. -q and -nv say errors still; BusyBox’s wget knows -q only.',
  category: 'style',
  severity: 'info',
  aliases: ['DL3047'],
  check({ downloads }) {
    return downloads.flatMap(({ program, options, invocation }) => {
      if (
        program !== 'wget' ||
        options.has('-q', '--quiet', '--no-verbose', '--progress', '-o', '--output-file', '-a', '--append-output')
      )
        return [];
      // `-nv` is one option to wget, and a cluster to us.
      if (invocation.args.some(({ text }) => text === '-nv')) return [];
      const { from, to, program: word } = invocation;
      const edits = [{ from: word.to, to: word.to, text: ' -q' }];
      return [
        {
          ...{ from, to },
          message: 'wget draws its progress into the log',
          advice: 'write wget -q, or --progress=dot:giga where it is GNU’s',
          fix: isHeard(invocation) ? offeredFix('write -q', edits, silent) : safeFix('write -q', edits),
        },
      ];
    });
  },
};
