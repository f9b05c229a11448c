import type { Person } from '../../bases/index.ts';
import { type Base, type BaseRelease, CodedError } from '../../model/index.ts';
import {
  authenticate,
  endorsementKind,
  envelopeOf,
  inTotoType,
  isReadable,
  isRefusal,
  parsePublicKey,
  parseStatement,
  readBundle,
  type Statement,
} from '../../trust/index.ts';
import { type Catalogue, readRoles, readStatement } from './catalogue-folder.ts';

/** Throws `not-their-key` where roles.yaml has a public key for the person, and another one signed. */
export function checkTheirKey(bundle: Uint8Array, { name, publicKey }: Person, folder: string): void {
  if (publicKey === undefined || statementIn(bundle, publicKey) !== undefined) return;
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
  const statement = statementIn(bytes, person.publicKey);
  if (statement === undefined) return `its statement is not signed by the key of ${endorsement.by}`;
  if (!speaksOf(statement, base, release)) return 'its statement speaks of something else';
  return undefined;
}

function speaksOf({ predicateType, subjects }: Statement, { name }: Base, { digest }: BaseRelease): boolean {
  return (
    endorsementKind.types.includes(predicateType) &&
    subjects.some((each) => each.name === name && each.digests.includes(digest))
  );
}

/** The statement in a bundle; where a public key (PEM) is given, only if that key signed it. */
function statementIn(bundle: Uint8Array, publicKey: string | undefined): Statement | undefined {
  const claim = readBundle(bundle, 'the statement');
  if (!isReadable(claim)) return undefined;
  if (publicKey !== undefined && isRefusal(authenticate(claim, { keys: [parsePublicKey(publicKey, 'the key')] })))
    return undefined;
  const envelope = envelopeOf(claim.bundle);
  if (envelope === undefined || envelope.payloadType !== inTotoType) return undefined;
  const statement = parseStatement(envelope.payload);
  return isRefusal(statement) ? undefined : statement;
}
