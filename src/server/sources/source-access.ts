import type { SourceAccess } from '../../flows/scan-job/index.ts';
import { CodedError } from '../../model/index.ts';
import { getSource } from '../../server-store/index.ts';
import type { Service } from '../service.ts';
import { checkSourceAddress } from './check-address.ts';

/**
 * How the source of that id lets images be opened, its secrets opened and its address held against the rule as it is now.
 * @throws CodedError `source-missing`, `address-refused`
 */
export async function accessBy({ store, secrets, options }: Service, id: string): Promise<SourceAccess> {
  const source = await getSource(store, id);
  if (source === undefined || (source.kind !== 'docker' && source.kind !== 'registry'))
    throw new CodedError('source-missing', 'the source by which this image was to be opened is no longer there', {
      hint: 'plimsoll sources list names those that there are',
    });
  await checkSourceAddress(source, options.allowAddresses);
  return { kind: source.kind, address: source.address, secrets: openSecrets(secrets, source) };
}

/** A source's secrets, by name. @throws CodedError `secret-unreadable` */
export function openSecrets(
  box: Service['secrets'],
  { sealed }: { readonly sealed: Readonly<Record<string, string>> },
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(sealed).map(([secret, text]) => [secret, box.open(text, `source ${secret}`)] as const),
  );
}
