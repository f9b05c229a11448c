import { withoutArgument, withoutInstruction } from '../rule-edits.ts';
import { offeredFix } from '../fix.ts';
import { portsOf } from '../ports.ts';
import type { DockerfileRule } from '../rule.ts';
import { instructionsOf } from '../walk.ts';

const notExposed = { effect: 'configuration', note: 'port 22 is no longer exposed' } as const;

/** No SSH into containers. */
export const noSshPort: DockerfileRule = {
  name: 'no-ssh-port',
  summary: 'EXPOSE does not name port 22.',
  explanation:
    "A container with an SSH server has a second way in, with keys, accounts and a daemon of its own to keep safe, and what is done over it leaves no trace outside. docker exec and kubectl exec do the same under the platform's control.",
  category: 'security',
  severity: 'warning',
  aliases: [],
  check(file, { graph }) {
    return instructionsOf(file, 'expose').flatMap((instruction) =>
      portsOf(instruction, graph)
        .filter(({ port, protocol }) => port === '22' && protocol.toLowerCase() !== 'udp')
        .map(({ word, isLiteral }) => {
          const { ports } = instruction;
          const edit = ports.length === 1 ? withoutInstruction(file, instruction) : withoutArgument(file, word.span);
          return {
            span: word.span,
            message: 'port 22 is for SSH',
            advice: 'leave the SSH server out; docker exec or kubectl exec gives a shell',
            ...(edit === undefined || !isLiteral ? {} : { fix: offeredFix('do not expose it', [edit], notExposed) }),
          };
        }),
    );
  },
};
