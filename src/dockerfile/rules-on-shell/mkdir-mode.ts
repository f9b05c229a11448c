import { readOptions, type ShellRule } from '../shell/index.ts';

/** mkdir -m with -p. */
export const mkdirMode: ShellRule = {
  name: 'mkdir-mode',
  summary: 'mkdir -p -m is not used for several levels.',
  explanation: 'With -p the mode of -m holds for the last folder only; those above it get the default.',
  category: 'correctness',
  severity: 'warning',
  aliases: ['SC2174'],
  check({ commands }) {
    return commands.flatMap(({ name, args, from, to }) => {
      if (name !== 'mkdir') return [];
      const options = readOptions(args, { short: 'm', long: ['mode'] });
      if (!options.has('-p', '--parents') || !options.has('-m', '--mode')) return [];
      const deep = options.operands.find(({ text }) => /[^/]\/+[^/]/.test(text));
      if (deep === undefined) return [];
      const message = `the mode holds for ${deep.text} only, not for the folders above it`;
      return [{ from, to, message, advice: 'make each level, or use install -d' }];
    });
  },
};
