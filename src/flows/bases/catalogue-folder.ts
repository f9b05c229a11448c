import { hash, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { baseText, fingerprintText, parseBase, parseFingerprint, parseRoles, type Roles } from '../../bases/index.ts';
import { type Base, CodedError, type Digest, type Fingerprint, sha256Digest } from '../../model/index.ts';

const rolesFile = 'roles.yaml';
const mostBases = 5000;
const largestYamlBytes = 1 << 20;
const largestJsonBytes = 32 << 20;

/** A catalogue of bases as it lies in a folder (docs/formats/base.md). */
export interface Catalogue {
  readonly folder: string;
  /** Sorted by name. */
  readonly bases: readonly Base[];
}

/**
 * Reads a catalogue: a file `NAME.yaml` for each base. A folder that is not there is an empty catalogue where it may be
 * made; else `bases-missing`. What is wrong in a file is thrown as `parseBase` does.
 */
export async function readCatalogue(folder: string, options: { readonly mayBeNew?: boolean } = {}): Promise<Catalogue> {
  let names: string[];
  try {
    names = fs
      .readdirSync(folder)
      .filter((name) => name.endsWith('.yaml') && name !== rolesFile && !name.startsWith('.'));
  } catch (error) {
    if (options.mayBeNew === true && isMissing(error)) return { folder, bases: [] };
    throw new CodedError('bases-missing', `there is no catalogue of bases in ${folder}: ${(error as Error).message}`, {
      hint: '--bases FOLDER says where it lies; plimsoll base add makes one',
    });
  }
  if (names.length > mostBases)
    throw new CodedError('base-too-large', `${folder} holds ${names.length} bases, more than ${mostBases}`);
  const bases: Base[] = [];
  for (const name of names.sort()) {
    const file = path.join(folder, name);
    const base = await parseBase(readText(file, largestYamlBytes), file);
    if (`${base.name}.yaml` !== name)
      throw new CodedError(
        'invalid-base',
        `${file}: holds the base ${base.name}, so it must be called ${base.name}.yaml`,
      );
    bases.push(base);
  }
  return { folder, bases };
}

/** The base of that name. Throws `unknown-base`. */
export function baseNamed({ bases, folder }: Catalogue, name: string): Base {
  const found = bases.find((base) => base.name === name);
  if (found !== undefined) return found;
  const known = bases.map((base) => base.name);
  throw new CodedError('unknown-base', `there is no base ${name} in ${folder}`, {
    hint: known.length === 0 ? 'plimsoll base add takes one in' : `there are ${known.slice(0, 20).join(', ')}`,
    kind: 'usage',
  });
}

/** Writes a base's file in one step; comments and order of what was there stay. */
export async function writeBase({ folder, bases }: Catalogue, base: Base): Promise<void> {
  const file = path.join(folder, `${base.name}.yaml`);
  const before = bases.find(({ name }) => name === base.name);
  const textBefore = before === undefined ? undefined : readText(file, largestYamlBytes);
  if (textBefore !== undefined && !isDeepStrictEqual(await parseBase(textBefore, file), before))
    throw new CodedError('base-changed', `${file} was changed meanwhile; nothing was written`, {
      hint: 'run it again',
    });
  const text = await baseText(base, textBefore === undefined ? undefined : { text: textBefore, base: before! });
  await parseBase(text, file);
  writeWhole(file, text, before === undefined);
}

/** Who may do what, as the catalogue's `roles.yaml` says. Throws `base-roles-missing` where there is none. */
export async function readRoles(folder: string): Promise<Roles> {
  const file = path.join(folder, rolesFile);
  if (!fs.existsSync(file))
    throw new CodedError('base-roles-missing', `nobody may do that: ${file} is not there`, {
      hint: 'docs/formats/base.md shows one: roles, what they may do, and their people',
    });
  return parseRoles(readText(file, largestYamlBytes), file);
}

/** What releases hold, for those of which it is known. */
export function readFingerprints({ folder, bases }: Catalogue): ReadonlyMap<Digest, Fingerprint> {
  const found = new Map<Digest, Fingerprint>();
  for (const { digest } of bases.flatMap(({ releases }) => releases)) {
    const file = fingerprintFile(folder, digest);
    if (fs.existsSync(file)) found.set(digest, parseFingerprint(readText(file, largestJsonBytes), file));
  }
  return found;
}

/** Keeps what a release holds. */
export function writeFingerprint(folder: string, fingerprint: Fingerprint): void {
  writeWhole(fingerprintFile(folder, fingerprint.digest), fingerprintText(fingerprint), false);
}

/** Keeps a signed statement (a Sigstore bundle) under its digest. */
export function writeStatement(folder: string, bundle: Uint8Array): Digest {
  const digest = sha256Digest(hash('sha256', bundle, 'hex'));
  writeWhole(statementFile(folder, digest), bundle, false);
  return digest;
}

/** The signed statement of that digest; undefined where it is not there or is not the one that was signed. */
export function readStatement(folder: string, digest: Digest): Uint8Array | undefined {
  let bytes: Uint8Array;
  try {
    bytes = fs.readFileSync(statementFile(folder, digest));
  } catch {
    return undefined;
  }
  return sha256Digest(hash('sha256', bytes, 'hex')) === digest ? bytes : undefined;
}

function fingerprintFile(folder: string, digest: Digest): string {
  return path.join(folder, 'fingerprints', `${digest.replace(':', '-')}.json`);
}

function statementFile(folder: string, digest: Digest): string {
  return path.join(folder, 'statements', `${digest.replace(':', '-')}.sigstore.json`);
}

function readText(file: string, limitBytes: number): string {
  try {
    const { size } = fs.statSync(file);
    if (size > limitBytes) throw new CodedError('base-too-large', `${file} has ${size} bytes, more than ${limitBytes}`);
    return new TextDecoder('utf-8', { fatal: true }).decode(fs.readFileSync(file));
  } catch (error) {
    if (error instanceof CodedError) throw error;
    throw new CodedError('bases-unreadable', `${file} could not be read: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/** Writes a file so that it is there whole or not at all. */
function writeWhole(file: string, content: string | Uint8Array, isNew: boolean): void {
  const temporary = `${file}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`;
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(temporary, content, { flag: 'wx' });
    // A name that came to be meanwhile is somebody else's base.
    if (isNew) fs.linkSync(temporary, file);
    else fs.renameSync(temporary, file);
  } catch (error) {
    throw new CodedError('base-not-written', `${file} could not be written: ${(error as Error).message}`, {
      cause: error,
    });
  } finally {
    fs.rmSync(temporary, { force: true });
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}
