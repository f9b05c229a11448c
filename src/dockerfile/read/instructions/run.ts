import type { Flag } from '../../syntax.ts';
import { readCommandLine } from '../command-line.ts';
import { checkFlags } from '../flags.ts';
import { readMount } from '../mounts.ts';
import type { Problems } from '../problems.ts';
import type { InstructionReader } from './reader.ts';

/** `RUN [--mount=…] [--network=…] [--security=…] [--device=…] COMMAND` */
export const runReader: InstructionReader = {
  flags: { mount: 'texts', network: 'text', security: 'text', device: 'texts' },
  takesHeredocs: true,
  read(parts, { problems }) {
    const flags = checkFlags(parts.flags, { keyword: 'RUN', table: this.flags, problems });
    const network = flags.get('network');
    const security = flags.get('security');
    oneOf(network, ['default', 'none', 'host'], problems);
    oneOf(security, ['insecure', 'sandbox'], problems);
    return {
      ...parts,
      kind: 'run',
      command: readCommandLine(parts.args, parts.heredocs, problems),
      mounts: flags.all('mount').map((flag) => readMount(flag, problems)),
      network,
      security,
    };
  },
};

function oneOf(flag: Flag | undefined, allowed: readonly string[], problems: Problems): void {
  if (flag === undefined || allowed.includes(flag.value ?? '')) return;
  problems.add(
    'invalid-flag',
    flag.span,
    `--${flag.name} can't be ${JSON.stringify(flag.value)}`,
    `it is one of ${allowed.join(', ')}`,
  );
}
