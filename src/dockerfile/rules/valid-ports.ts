import { portsOf } from '../ports.ts';
import type { DockerfileRule } from '../rule.ts';
import { instructionsOf } from '../walk.ts';

/** Ports up to 65535. */
export const validPorts: DockerfileRule = {
  name: 'valid-ports',
  summary: 'EXPOSE names ports from 0 to 65535, with tcp, udp or sctp.',
  explanation: 'Builders refuse other numbers and protocols, and the build stops there.',
  category: 'correctness',
  severity: 'error',
  aliases: ['DL3011'],
  check(file, { graph }) {
    return instructionsOf(file, 'expose').flatMap((instruction) =>
      portsOf(instruction, graph)
        .filter(({ port, protocol }) => !isRange(port) || !/^(?:tcp|udp|sctp)?$/i.test(protocol))
        .map(({ word, text, protocol, port }) => ({
          span: word.span,
          message: isRange(port)
            ? `${JSON.stringify(protocol.slice(0, 40))} is no protocol of ports`
            : `${text.slice(0, 80)} is no port`,
          advice: 'write a number from 0 to 65535, alone or with /tcp, /udp or /sctp',
        })),
    );
  },
};

function isRange(port: string): boolean {
  const match = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(port);
  if (match === null) return false;
  const [first, last] = [Number(match[1]), Number(match[2] ?? match[1])];
  return first <= last && last <= 65_535;
}
