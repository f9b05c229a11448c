import { safeFix } from '../fix.ts';
import { portsOf } from '../ports.ts';
import type { DockerfileRule } from '../rule.ts';
import { instructionsOf } from '../walk.ts';

/** `tcp`, not `TCP`. */
export const exposeProtocolCase: DockerfileRule = {
  name: 'expose-protocol-case',
  summary: 'Protocols of EXPOSE are in lower case.',
  explanation: 'Tools that compare exposed ports as text expect 80/tcp.',
  category: 'style',
  severity: 'style',
  aliases: ['ExposeProtoCasing'],
  check(file, { graph }) {
    return instructionsOf(file, 'expose').flatMap((instruction) =>
      portsOf(instruction, graph)
        .filter(({ protocol }) => protocol !== protocol.toLowerCase())
        .map(({ word, text, isLiteral }) => ({
          span: word.span,
          message: `the protocol of ${text} is not in lower case`,
          advice: `write ${text.toLowerCase()}`,
          ...(isLiteral
            ? {
                fix: safeFix(`write ${text.toLowerCase()}`, [{ span: word.span, text: text.toLowerCase() }]),
              }
            : {}),
        })),
    );
  },
};
