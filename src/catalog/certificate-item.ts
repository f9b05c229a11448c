import { createHash } from 'node:crypto';
import { readCertificate, type X509Facts } from '../formats/x509/index.ts';
import type { CertificateItem, ImagePath } from '../model/index.ts';

/** The item of a DER certificate; undefined where the bytes are none. Shared by the catalogers that meet certificates. */
export function certificateItem(der: Uint8Array, path: ImagePath): CertificateItem | undefined {
  const facts = readCertificate(der);
  if (facts === undefined) return undefined;
  const { subject, issuer, serial, notBefore, notAfter, keyType, keyBits, signatureAlgorithm, isCa, isSelfIssued } =
    facts;
  return {
    kind: 'certificate',
    path,
    subject,
    issuer,
    serial,
    notBefore,
    notAfter,
    fingerprintSha256: createHash('sha256').update(der.subarray(0, facts.sizeBytes)).digest('hex'),
    keyType,
    ...(keyBits === undefined ? {} : { keyBits }),
    signatureAlgorithm,
    isCa,
    selfSigned: isSelfIssued,
    inTrustStore: trustStore.test(path),
    weaknesses: weaknessesOf(facts),
  };
}

const trustStore =
  /^\/etc\/ssl\/(?:certs\/|cert\.pem$|ca-bundle\.pem$)|^\/usr\/(?:local\/)?share\/ca-certificates\/|^\/etc\/(?:pki|ca-certificates)\/|^\/usr\/lib\/ssl\/cert|^\/(?:var\/lib|usr\/share\/pki)\/ca-|\/(?:certifi|pip\/_vendor\/certifi|botocore|requests|httplib2)\/cacerts?\.(?:pem|txt)$|\/(?:cacerts|ca-bundle\.(?:crt|pem)|ca-certificates\.(?:crt|pem)|mozilla[^/]{0,20}\.pem|roots\.pem|cacert\.pem)$/;

/** What is weak regardless of the day. A root's own signature proves nothing, so its hash does not matter. */
function weaknessesOf(facts: X509Facts): string[] {
  const { keyType, keyBits, signatureAlgorithm, isSelfIssued, subject, issuer, notBefore, notAfter } = facts;
  const weak: string[] = [];
  if (keyType === 'rsa' && keyBits !== undefined && keyBits < 2048) weak.push(`rsa-${keyBits}`);
  if (keyType === 'ec' && keyBits !== undefined && keyBits < 224) weak.push(`ec-${keyBits}`);
  if (keyType === 'dsa') weak.push('dsa');
  const hash = /^(md[245]|sha1)-/.exec(signatureAlgorithm)?.[1];
  if (hash !== undefined && !(isSelfIssued && facts.isCa)) weak.push(`${hash}-signature`);
  if (
    /snake ?oil|\b(?:test|dummy|example|fake|staging)\b[^,]{0,30}(?:ca|root|authority|certificate)\b|superfish|edellroot/i.test(
      `${subject},${issuer}`,
    )
  )
    weak.push('test-ca');
  if (facts.isSerialNegative) weak.push('negative-serial');
  if (facts.version === 1 && isSelfIssued) weak.push('version-1-ca');
  const years = (Date.parse(notAfter) - Date.parse(notBefore)) / (365.25 * 86_400_000);
  if (years > (facts.isCa ? 50 : 30)) weak.push('huge-validity');
  if (years < 0) weak.push('ends-before-it-begins');
  return weak;
}
