import { certificateItem } from '../../certificate-item.ts';
import { type Cataloger, type CatalogFile, type CatalogResult, fileProblem, nothing } from '../../cataloger.ts';
import type { Problem } from '../../../model/index.ts';

const name = 'certificates';
const limitBytes = 1 << 20;

/** Certificates in DER; a file with such a suffix that is no certificate has nothing to tell. */
export const certificates: Cataloger = {
  name,
  version: 2,
  summary: 'X.509 certificates in DER (.crt, .cer, .der, .pem)',
  packages: [],
  claims: ['.crt', '.cer', '.der', '.pem'].map((suffix) => ({ suffix })),
  catalog,
};

function catalog(file: CatalogFile): CatalogResult {
  // A SEQUENCE of more than 127 bytes; PEM begins with text.
  if (file.head[0] !== 0x30 || (file.head[1]! & 0x80) === 0) return nothing;
  // What follows a certificate does not matter, so that it is found in a large file too if it is not large itself.
  const item = certificateItem(file.content.read(0, Math.min(file.content.sizeBytes, limitBytes)), file.path);
  if (item !== undefined) return { items: [item], problems: [] };
  if (file.content.sizeBytes > limitBytes)
    return unread(
      file,
      'file-too-large',
      `of its ${file.content.sizeBytes} bytes only the first ${limitBytes} are read`,
    );
  if (!/\.(?:crt|cer)$/i.test(file.path)) return nothing;
  return unread(
    file,
    'malformed-certificate',
    'named like a certificate and encoded like one, but none can be read from it',
  );
}

function unread(file: CatalogFile, code: Problem['code'], message: string): CatalogResult {
  return { items: [], problems: [fileProblem(name, file, { code, message, hides: 'certificates' })] };
}
