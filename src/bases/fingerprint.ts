import { CodedError, type Digest, type Fingerprint, parseDigest } from '../model/index.ts';

const mostItems = 500_000;

/** A fingerprint as it lies in its file: an item a line, so that version control shows what changed. */
export function fingerprintText(fingerprint: Fingerprint): string {
  return `${JSON.stringify(fingerprint, undefined, 1)}\n`;
}

/** Reads a fingerprint's file. Throws `invalid-fingerprint`. */
export function parseFingerprint(text: string, fileName: string): Fingerprint {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw invalid(fileName, 'it is not JSON', error);
  }
  if (typeof value !== 'object' || value === null) throw invalid(fileName, 'it is no mapping');
  const { digest, executables, packages } = value as Record<string, unknown>;
  const known: Digest | undefined = parseDigest(digest);
  if (known === undefined) throw invalid(fileName, 'it names no digest');
  if (!isTexts(executables) || !isTexts(packages))
    throw invalid(fileName, 'executables and packages must be lists of text');
  return { digest: known, executables, packages };
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length <= mostItems && value.every((item) => typeof item === 'string');
}

function invalid(fileName: string, why: string, cause?: unknown): CodedError {
  return new CodedError('invalid-fingerprint', `${fileName} is no fingerprint of a release: ${why}`, {
    hint: 'plimsoll base assess NAME makes it anew',
    cause,
  });
}
