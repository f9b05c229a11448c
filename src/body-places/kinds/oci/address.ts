import { parseReference } from '../../../image/index.ts';
import { CodedError, type Digest, parseDigest } from '../../../model/index.ts';
import { invalidAddress } from '../../errors.ts';

export interface OciAddress {
  /** `registry.corp/plimsoll/records`; absent: beside each image, in its own repository. */
  readonly repository?: string | undefined;
  /** Plain http to another machine is allowed. */
  readonly isInsecure: boolean;
}

export const ociExample = 'oci://registry.corp/plimsoll/records, or oci:images for beside each image';

const beside = 'oci:images';

/** @throws CodedError `body-place-invalid` */
export function parseOciAddress(address: string): OciAddress {
  const [whole, query = ''] = address.split('?', 2) as [string, string?];
  if (query !== '' && query !== 'insecure=true')
    throw invalidAddress(address, 'its only setting is insecure=true', ociExample);
  const isInsecure = query !== '';
  if (whole === beside) return { isInsecure };
  const name = /^oci:\/\/([\w.-]+(?::\d+)?\/[^@?]+)$/.exec(whole)?.[1];
  try {
    if (name !== undefined) {
      const { registry, repository } = parseReference(name);
      if (`${registry}/${repository}` === name) return { repository: name, isInsecure };
    }
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
  }
  throw invalidAddress(address, 'it names no repository of a registry, without a tag', ociExample);
}

export function formatOciAddress({ repository, isInsecure }: OciAddress): string {
  return `${repository === undefined ? beside : `oci://${repository}`}${isInsecure ? '?insecure=true' : ''}`;
}

/** `registry.corp/plimsoll/records@sha256:…` in its parts. */
export function splitLocator(locator: string): { readonly label: string; readonly digest: Digest } {
  const at = locator.lastIndexOf('@');
  const digest = parseDigest(locator.slice(at + 1));
  if (at < 1 || digest === undefined) throw new Error(`no locator of a registry: ${locator}`);
  return { label: locator.slice(0, at), digest };
}
