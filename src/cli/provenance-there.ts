import { visibleText } from '../report/index.ts';
import type { ProvenanceHop } from '../server/contract/index.ts';
import { ask } from './ask-server.ts';
import { digestThere } from './digest-there.ts';
import { exitStatus } from './exit-status.ts';
import type { Io } from './io.ts';
import { type ServerFlags, withServer } from './server-options.ts';
import { writeReport } from './write-reports.ts';

interface ChainFlags extends ServerFlags {
  readonly format: 'table' | 'json';
  readonly output?: string;
}

const standings: Readonly<Record<NonNullable<ProvenanceHop['standing']>, string>> = {
  verified: 'verified',
  refused: 'does not count',
  said: 'not verified',
  'cannot-tell': 'cannot tell',
};

/** Prints the chain from commit to container as a server knows it; without a verified builder it can't be told. */
export async function showChain(image: string, flags: ChainFlags, io: Io): Promise<void> {
  const { hops } = await withServer(flags, io, async (server) => {
    const digest = await digestThere(server, image.replace(/^registry:/, ''));
    return ask(server, 'getProvenance', { params: { digest } });
  });
  const text = flags.format === 'json' ? `${JSON.stringify(hops, undefined, 2)}\n` : hops.map(lineOf).join('');
  await writeReport(text, flags.output, io);
  const builder = hops.find(({ kind }) => kind === 'builder');
  if (builder?.standing !== 'verified') io.exitStatus = exitStatus.cannotTell;
}

function lineOf({ kind, known, standing, detail, who, when }: ProvenanceHop): string {
  const word = standing === undefined ? (known ? 'known' : 'not known') : standings[standing];
  const more = [who === undefined ? '' : `by ${who}`, when ?? ''].filter((part) => part !== '').join(', ');
  return `${visibleText(`${kind.padEnd(11)} ${word.padEnd(14)} ${detail}${more === '' ? '' : ` (${more})`}`)}\n`;
}
