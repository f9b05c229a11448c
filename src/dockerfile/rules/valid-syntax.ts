import type { DockerfileRule } from '../rule.ts';

/** hadolint's names for some of them. */
const aliases: Readonly<Record<string, readonly string[]>> = {
  'no-stage': ['DL3061'],
  'invalid-trigger': ['DL3043'],
  'stage-takes-itself': ['DL3023'],
};

/** What no builder would take. */
export const validSyntax: DockerfileRule = {
  name: 'valid-syntax',
  summary: 'A builder can read the file.',
  explanation:
    'The file has something that BuildKit refuses: an unknown instruction or flag, a missing argument, a here-document without an end, a stage that takes from one that is not built before it. The build would stop there.',
  category: 'syntax',
  severity: 'error',
  aliases: ['DL1000', 'DL3023', 'DL3043', 'DL3061'],
  check({ problems }, { graph }) {
    return [...problems, ...graph.problems].map(({ code, message, hint, span }) => ({
      span,
      message,
      advice: hint ?? 'write it as the Dockerfile reference says',
      aliases: Object.hasOwn(aliases, code) ? aliases[code]! : ['DL1000'],
    }));
  },
};
