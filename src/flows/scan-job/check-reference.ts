import { parseReference } from '../../image/index.ts';
import { CodedError } from '../../model/index.ts';

/**
 * Makes sure that a reference names an image in a registry or in the engine of the server's machine, and no file of it.
 * @throws CodedError `reference-refused`, `bad-reference`
 */
export function checkScanReference(text: string): void {
  const prefix = /^([a-z]+):(?!\d+\/)/.exec(text)?.[1];
  if (prefix !== undefined && ['archive', 'layout', 'dir', 'sbom'].includes(prefix))
    throw new CodedError('reference-refused', `${prefix}: names a file of the server's machine`, {
      kind: 'usage',
      hint: 'plimsoll scan IMAGE --server URL scans where you are and sends the record',
    });
  const name = text.replace(/^(?:registry|docker):(?:\/\/)?/, '');
  if (/^[./~\\-]|\s|\.(?:tar|tgz|tar\.gz|tar\.zst|json)$/.test(name))
    throw new CodedError('reference-refused', `${name.slice(0, 100)} is a path, not the name of an image`, {
      kind: 'usage',
    });
  // An engine also knows images by their id.
  if (text.startsWith('docker:') && /^(?:sha256:)?[0-9a-f]{12,64}$/.test(name)) return;
  parseReference(name);
}
