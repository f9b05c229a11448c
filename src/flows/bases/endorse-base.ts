import {
  chosenRelease,
  type Doing,
  endorsementStatement,
  endorsementType,
  type Person,
  personWhoMay,
  type SignStatement,
  type Statement,
  withEndorsement,
} from '../../bases/index.ts';
import { type Base, type BaseRelease, CodedError, type Endorsement } from '../../model/index.ts';
import { type AssessBaseOptions, type AssessedBase, judgeRelease } from './assess-base.ts';
import { releaseRecord } from './assess-all.ts';
import { baseNamed, type Catalogue, readRoles, readStatement, writeBase, writeStatement } from './catalogue-folder.ts';
import { verifiedStatement } from './sign-with-key.ts';

export interface Endorsing {
  readonly name: string;
  /** A digest, or its beginning; the last release where none is named. */
  readonly release?: string;
  readonly by: string;
  readonly role: string;
  readonly reason?: string;
  readonly sign: SignStatement;
}

/**
 * A person stands behind a release: its verdict is made again, it must pass, the person's role must let them, and what they
 * sign is kept beside the catalogue. Throws `base-not-passing` where it does not pass; nothing is written then but the verdict.
 */
export async function endorseBase(
  catalogue: Catalogue,
  { name, release: wanted, by, role, reason, sign }: Endorsing,
  options: AssessBaseOptions,
): Promise<AssessedBase> {
  const base = baseNamed(catalogue, name);
  const person = personWhoMay(await readRoles(catalogue.folder), 'endorse', { by, role });
  const release = chosenRelease(base, wanted);
  const doing: Doing = { by, at: options.now.toISOString(), ...(reason === undefined ? {} : { why: reason }) };
  const record = await releaseRecord(release, options);
  const assessed = await judgeRelease(catalogue, { base, record, options, doing });
  if (assessed.verdict.result !== 'pass') return assessed;
  const statement = endorsementStatement(assessed.base, assessed.release, {
    by,
    role,
    at: doing.at,
    ...(reason === undefined ? {} : { reason }),
  });
  const envelope = await sign(statement);
  checkSigner(envelope, person, catalogue.folder);
  const endorsement: Endorsement = { by, role, at: doing.at, statement: writeStatement(catalogue.folder, envelope) };
  const changed = withEndorsement(assessed.base, release.digest, endorsement, doing);
  await writeBase(catalogue, changed);
  return { ...assessed, base: changed, release: chosenRelease(changed, release.digest) };
}

function checkSigner(envelope: Uint8Array, { name, publicKey }: Person, folder: string): void {
  if (publicKey === undefined || verifiedStatement(envelope, publicKey) !== undefined) return;
  throw new CodedError('not-their-key', `what was signed is not by the key of ${name} in ${folder}/roles.yaml`, {
    hint: 'sign with --key and the private key that belongs to that public key',
  });
}

/**
 * What is wrong with the endorsement of a release: its statement is not there, was changed, speaks of another release, or
 * is not by the key that roles.yaml has for the person. Undefined where nothing is.
 */
export async function endorsementProblem(
  catalogue: Catalogue,
  base: Base,
  release: BaseRelease,
): Promise<string | undefined> {
  const { endorsement } = release;
  if (endorsement === undefined) return undefined;
  const bytes = readStatement(catalogue.folder, endorsement.statement);
  if (bytes === undefined) return 'its signed statement is missing or was changed';
  const { roles } = await readRoles(catalogue.folder);
  const person = roles.flatMap(({ people }) => people).find(({ name }) => name === endorsement.by);
  if (person === undefined) return `${endorsement.by} is in no role any more`;
  const statement = person.publicKey === undefined ? payloadOf(bytes) : verifiedStatement(bytes, person.publicKey);
  if (statement === undefined) return `its statement is not signed by the key of ${endorsement.by}`;
  if (!speaksOf(statement as Partial<Statement>, base, release)) return 'its statement speaks of something else';
  return undefined;
}

function speaksOf({ predicateType, subject }: Partial<Statement>, { name }: Base, { digest }: BaseRelease): boolean {
  return (
    predicateType === endorsementType &&
    Array.isArray(subject) &&
    subject.some((each) => each.name === name && `sha256:${each.digest['sha256'] ?? ''}` === digest)
  );
}

function payloadOf(envelope: Uint8Array): unknown {
  try {
    const { payload } = JSON.parse(Buffer.from(envelope).toString('utf8')) as { payload: string };
    return JSON.parse(Buffer.from(payload, 'base64').toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}
