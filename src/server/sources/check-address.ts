import { CodedError } from '../../model/index.ts';
import { checkTarget } from '../../network/index.ts';

/** An address that somebody has given for a source. */
interface SourcePlace {
  readonly kind: 'docker' | 'kubernetes' | 'containerd' | 'registry';
  readonly address: string;
}

/** What means this machine's own set-up, which who runs the server has made. */
const ownPlaces: Readonly<Record<SourcePlace['kind'], RegExp>> = {
  docker: /^(?:local|context:[\w.-]{1,128})$/,
  kubernetes: /^(?:in-cluster|kubeconfig(?:#.{1,256})?)$/,
  containerd: /^$/,
  registry: /^$/,
};

const schemes: Readonly<Record<SourcePlace['kind'], readonly string[]>> = {
  docker: ['tcp:', 'http:', 'https:'],
  kubernetes: ['https:'],
  containerd: [],
  registry: ['https:'],
};

/**
 * What the server is told to ask must not be what only this machine reaches, nor a file of it.
 * @throws CodedError `address-refused`
 */
export async function checkSourceAddress({ kind, address }: SourcePlace, allowed: readonly string[]): Promise<void> {
  if (ownPlaces[kind].test(address)) return;
  if (address.startsWith('unix://')) {
    // The machine's own engine is what most people connect first.
    if (/^unix:\/\/\/(?:var\/run|run)\/[\w./-]*\.sock$/.test(address) && !address.includes('..')) return;
    throw refused(`${address.slice(0, 200)} is no socket in /run`, 'unix:///run/…, and its name ends with .sock');
  }
  if (address.startsWith('kubeconfig:'))
    throw refused('a kubeconfig is not read from the server’s disk', 'hand it over: --secret kubeconfig=FILE');
  const text = kind === 'registry' ? `https://${address.split('/', 1)[0]!}` : address;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !schemes[kind].includes(url.protocol) || url.username !== '' || url.password !== '')
    throw refused(`${address.slice(0, 200)} is not an address for ${kind}`);
  await checkTarget(url.hostname, allowed);
}

function refused(message: string, hint?: string): CodedError {
  return new CodedError('address-refused', message, { kind: 'usage', ...(hint === undefined ? {} : { hint }) });
}
