import type { ShellRule } from '../shell/index.ts';

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
          fix: { title: 'write -q', edits, isSafe: true },
        },
      ];
    });
  },
};
