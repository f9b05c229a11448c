import { safeFix } from '../fix.ts';
import { portsOf } from '../ports.ts';
import type { DockerfileRule } from '../rule.ts';
import { instructionsOf } from '../walk.ts';

/** Ports of the container alone. */
export const exposeFormat: DockerfileRule = {
  name: 'expose-format',
  summary: 'EXPOSE names ports of the container, not addresses or ports of a host.',
  explanation:
    'EXPOSE says what the container listens on; where the host publishes it is said when it starts. Builders still take host:container, use only the latter, and will refuse it one day.',
  category: 'correctness',
  severity: 'warning',
  aliases: ['ExposeInvalidFormat'],
  check(file, { graph }) {
    return instructionsOf(file, 'expose').flatMap((instruction) =>
      portsOf(instruction, graph)
        .filter(({ isMapping }) => isMapping)
        .map(({ word, text, port, protocol, isLiteral }) => {
          const wanted = protocol === '' ? port : `${port}/${protocol}`;
          return {
            span: word.span,
            message: `${text.slice(0, 80)} names a place on the host`,
            advice: `write ${wanted.slice(0, 40)}; docker run -p ${text.slice(0, 80)} publishes it`,
            ...(isLiteral ? { fix: safeFix(`write ${wanted}`, [{ span: word.span, text: wanted }]) } : {}),
          };
        }),
    );
  },
};
