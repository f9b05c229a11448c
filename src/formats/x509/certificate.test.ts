import { X509Certificate } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readCertificate } from './certificate.ts';
import { fuzz } from '../../../test/make/fuzz.ts';

const ders = rootCertificates.map((pem) => new X509Certificate(pem).raw);

it('reads every root certificate of Node as OpenSSL does', () => {
  const ours = ders.map((der) => {
    const { serial, notBefore, notAfter, keyType, keyBits, isCa } = readCertificate(der)!;
    // OpenSSL writes zero, and zero alone, with one digit.
    return { serial: serial === '00' ? '0' : serial, notBefore, notAfter, keyType, keyBits, isCa };
  });
  const theirs = ders.map((der) => {
    const certificate = new X509Certificate(der);
    const details = certificate.publicKey.asymmetricKeyDetails!;
    const curves: Record<string, number> = { prime256v1: 256, secp384r1: 384, secp521r1: 521 };
    const iso = (date: Date): string => date.toISOString().replace('.000Z', 'Z');
    return {
      serial: certificate.serialNumber.toLowerCase(),
      notBefore: iso(certificate.validFromDate),
      notAfter: iso(certificate.validToDate),
      keyType: certificate.publicKey.asymmetricKeyType!,
      keyBits: details.modulusLength ?? curves[details.namedCurve!],
      isCa: certificate.ca,
    };
  });
  expect(ours).toEqual(theirs);
  // Some begin with a set bit, before which a zero byte is encoded.
  expect(ours.filter(({ serial }) => /^[89a-f]/.test(serial)).length).toBeGreaterThan(10);
});

it('writes names with the last part first', () => {
  const der = ders.find((raw) => readCertificate(raw)!.subject.includes('ISRG Root X1'))!;
  expect(readCertificate(der)).toMatchObject({
    version: 3,
    subject: 'CN=ISRG Root X1,O=Internet Security Research Group,C=US',
    isSelfIssued: true,
    signatureAlgorithm: 'sha256-rsa',
  });
});

it('survives cuts and changed bytes', () => {
  const der = ders[0]!;
  for (let length = 0; length < der.length; length += 7)
    expect(readCertificate(der.subarray(0, length))).toBeUndefined();
  fc.assert(
    fc.property(fc.nat(der.length - 1), fc.nat(255), fc.nat(der.length - 1), fc.nat(255), (a, x, b, y) => {
      const bytes = Buffer.from(der);
      bytes[a] = x;
      bytes[b] = y;
      readCertificate(bytes);
    }),
    fuzz(2000),
  );
});
