import {
  checkEndorsable,
  chosenRelease,
  type Doing,
  endorsementPredicate,
  personWhoMay,
  withEndorsement,
  withPublished,
} from '../../bases/index.ts';
import type { BaseRelease, Digest, Endorsement } from '../../model/index.ts';
import { endorsementKind, statementBytes } from '../../trust/index.ts';
import { type EnvelopeSigner, openEnvelopeSigner, type SigningOptions } from '../sign/index.ts';
import { type AssessBaseOptions, type AssessedBase, judgeRelease } from './assess-base.ts';
import { releaseRecord } from './assess-all.ts';
import { baseNamed, type Catalogue, readRoles, writeBase, writeStatement } from './catalogue-folder.ts';
import { checkTheirKey } from './endorsement-problem.ts';
import { type Publication, publishRelease } from './publish-base.ts';

export interface Endorsing {
  readonly name: string;
  /** A digest, or its beginning; the last release where none is named. */
  readonly release?: string;
  readonly by: string;
  readonly role: string;
  readonly reason?: string;
  readonly signing: SigningOptions;
  /** Where the organisation takes its bases from: `REGISTRY/REPOSITORY:TAG`, `layout:FOLDER#TAG`. */
  readonly publishTo?: string;
}

/** A release as it was judged; where it passed, who signed, and where it was published. */
export interface EndorsedBase extends AssessedBase {
  readonly who?: string;
  readonly publication?: Publication;
}

/**
 * A person stands behind a release: its verdict is made again, it must pass, the person's role must let them. The image is
 * published, what they sign is put beside it, and last the catalogue says so: what fails before leaves the catalogue as it
 * was, and the same again goes on where it ended. Without a verdict that passes nothing is signed or written.
 */
export async function endorseBase(
  catalogue: Catalogue,
  endorsing: Endorsing,
  options: AssessBaseOptions,
): Promise<EndorsedBase> {
  const { name, by, role, reason, publishTo } = endorsing;
  const base = baseNamed(catalogue, name);
  const person = personWhoMay(await readRoles(catalogue.folder), 'endorse', { by, role });
  const release = chosenRelease(base, endorsing.release);
  checkEndorsable(base, release.digest);
  const doing: Doing = { by, at: options.now.toISOString(), ...(reason === undefined ? {} : { why: reason }) };
  const record = await releaseRecord(release, options);
  const assessed = await judgeRelease(catalogue, { base, record, options, doing });
  if (assessed.verdict.result !== 'pass') return assessed;
  const predicate = endorsementPredicate(assessed.base, assessed.release, { ...endorsing, at: doing.at });
  const signing = await openEnvelopeSigner(endorsing.signing);
  let bundle: Uint8Array | undefined;
  const vouch = async (published: readonly Digest[]) => {
    bundle = await signed({ name, release, published, predicate }, signing);
    checkTheirKey(bundle, person, catalogue.folder);
    return { bundle, predicateType };
  };
  const publication =
    publishTo === undefined
      ? undefined
      : await publishRelease({ base, release, to: publishTo }, options, (digest) => vouch([digest]));
  const statement = writeStatement(catalogue.folder, bundle ?? (await vouch([])).bundle);
  const endorsement: Endorsement = { by, role, at: doing.at, statement };
  const endorsed = withEndorsement(assessed.base, release.digest, endorsement, doing);
  const changed =
    publication === undefined
      ? endorsed
      : withPublished(endorsed, release.digest, publication.published, { by, at: doing.at });
  await writeBase(catalogue, changed);
  return {
    ...assessed,
    base: changed,
    release: chosenRelease(changed, release.digest),
    who: signing.who,
    ...(publication === undefined ? {} : { publication }),
  };
}

const predicateType = endorsementKind.types[0]!;

interface Said {
  readonly name: string;
  readonly release: BaseRelease;
  readonly published: readonly Digest[];
  readonly predicate: object;
}

/** A statement about every digest that means the release, published ones first: registries list it under those. */
function signed({ name, release, published, predicate }: Said, signing: EnvelopeSigner): Promise<Uint8Array> {
  const digests = new Set([...published, release.digest, ...release.aliases]);
  const subjects = [...digests].map((digest) => ({ name, digest }));
  return signing.statement(statementBytes(subjects, predicateType, predicate));
}
