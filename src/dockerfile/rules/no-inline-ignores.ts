import { readPragmas } from '../comments.ts';
import type { DockerfileRule } from '../rule.ts';

/** No rules are ignored in the file itself. */
export const noInlineIgnores: DockerfileRule = {
  name: 'no-inline-ignores',
  summary: 'No comment in the file ignores a rule.',
  explanation:
    "For those who want exceptions in one place, reviewed by others than the file's authors: in .hadolint.yaml or plimsoll.yaml. Comments are then best turned off with --disable-ignore-pragma.",
  category: 'audit',
  severity: 'info',
  aliases: ['DL1001'],
  isOptIn: true,
  check(file) {
    return readPragmas(file)
      .filter(({ kind }) => kind === 'ignore')
      .map(({ comment }) => ({
        span: comment.span,
        message: 'this comment ignores a rule',
        advice: 'ignore it in the configuration file, with a reason',
      }));
  },
};
