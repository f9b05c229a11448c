import { BlockList, isIP } from 'node:net';
import { lookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { lookup as lookUp } from 'node:dns/promises';
import { CodedError } from '../model/index.ts';

/** Networks that belong to a machine or a site (IANA's special-purpose registries): what others name must not lead there. */
const special4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];
const special6: readonly (readonly [string, number])[] = [
  ['::', 128],
  ['::1', 128],
  ['64:ff9b::', 96],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
];

/** What may be asked all the same: hosts by their name, and networks. */
export interface AllowedAddresses {
  readonly names: ReadonlySet<string>;
  readonly networks: BlockList;
}

/** Reads `10.1.0.0/16`, `10.1.2.3`, `registry.corp`. @throws CodedError `bad-address` */
export function parseAllowed(texts: readonly string[]): AllowedAddresses {
  const names = new Set<string>();
  const networks = new BlockList();
  for (const text of texts) {
    const [address, bits] = text.split('/') as [string, string | undefined];
    const family = isIP(address);
    if (family === 0 && bits === undefined && /^[a-z0-9.-]+$/i.test(address)) names.add(address.toLowerCase());
    else if (family !== 0 && (bits === undefined || /^\d{1,3}$/.test(bits)))
      networks.addSubnet(address, Number(bits ?? (family === 4 ? 32 : 128)), family === 4 ? 'ipv4' : 'ipv6');
    else throw new CodedError('bad-address', `${text} is neither an address, a network nor a name`, { kind: 'usage' });
  }
  return { names, networks };
}

const refused = new BlockList();
for (const [address, bits] of special4) refused.addSubnet(address, bits, 'ipv4');
for (const [address, bits] of special6) refused.addSubnet(address, bits, 'ipv6');

/** Whether an address may be asked. */
export function isAllowed(address: string, { networks }: AllowedAddresses): boolean {
  // An IPv4 address in IPv6's clothes is what it is inside.
  const plain = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
  const family = isIP(plain) === 6 ? 'ipv6' : 'ipv4';
  return networks.check(plain, family) || !refused.check(plain, family);
}

function refusal(host: string): CodedError {
  return new CodedError('address-refused', `${host} is an address of this machine or its networks`, {
    hint: 'who runs the server may allow it: plimsoll serve --allow-address',
  });
}

/** A host's name or address as URLs write it. @throws CodedError `address-refused` where all it may mean is refused. */
export async function checkTarget(host: string, allowed: readonly string[]): Promise<void> {
  const rule = parseAllowed(allowed);
  const name = host.replace(/^\[|\]$/g, '').toLowerCase();
  if (rule.names.has(name)) return;
  const found = isIP(name) === 0 ? await lookUp(name, { all: true }).catch(() => []) : [{ address: name }];
  // A name that means nothing now is asked again, and held against the rule, each time it is used.
  if (found.some(({ address }) => !isAllowed(address, rule))) throw refusal(host);
}

/** An address in a URL needs no looking up. @throws CodedError `address-refused` */
export function checkLiteral(hostname: string, rule: AllowedAddresses): void {
  const name = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (isIP(name) !== 0 && !rule.names.has(name) && !isAllowed(name, rule)) throw refusal(hostname);
}

type Answer = (error: Error | null, address: string | LookupAddress[], family?: number) => void;

/** Looks names up for a connection and gives only what may be asked: what was checked is what is connected to. */
export function guardedLookup(rule: AllowedAddresses) {
  return (hostname: string, options: LookupOptions, answer: Answer): void => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return answer(error, '');
      const name = hostname.toLowerCase();
      const fine = rule.names.has(name) ? found : found.filter(({ address }) => isAllowed(address, rule));
      if (fine.length === 0) return answer(refusal(hostname), '');
      if (options.all === true) return answer(null, fine);
      answer(null, fine[0]!.address, fine[0]!.family);
    });
  };
}
