import { certificateItem } from '../../certificate-item.ts';
import type { Item } from '../../../model/index.ts';
import {
  type Cataloger,
  type CatalogFile,
  type CatalogResult,
  fileProblem,
  nothing,
  wholeFile,
} from '../../cataloger.ts';

const name = 'certificates';
const limitBytes = 1 << 20;

/** Certificates in DER; a file with such a suffix that is no certificate has nothing to tell. */
export const certificates: Cataloger = {
  name,
  version: 1,
  summary: 'X.509 certificates in DER (.crt, .cer, .der, .pem)',
  packages: [],
  claims: ['.crt', '.cer', '.der', '.pem'].map((suffix) => ({ suffix })),
  catalog,
};

function catalog(file: CatalogFile): CatalogResult {
  // A SEQUENCE of more than 127 bytes; PEM begins with text.
  if (file.head[0] !== 0x30 || (file.head[1]! & 0x80) === 0) return nothing;
  const bytes = wholeFile(file, limitBytes);
  if (bytes === undefined) return nothing;
  const item: Item | undefined = certificateItem(bytes, file.path);
  if (item !== undefined) return { items: [item], problems: [] };
  if (!/\.(?:crt|cer)$/i.test(file.path)) return nothing;
  const message = 'named like a certificate and encoded like one, but none can be read from it';
  return {
    items: [],
    problems: [fileProblem(name, file, { code: 'malformed-certificate', message, hides: 'certificates' })],
  };
}
