import fs from 'node:fs';
import path from 'node:path';
import { type Doing, withRelease, withVerdict } from '../../bases/index.ts';
import {
  type Base,
  type BaseRelease,
  CodedError,
  type Digest,
  type ImageRecord,
  parseDigest,
  type ReleaseVerdict,
  type Verdict,
} from '../../model/index.ts';
import { findPreset } from '../../policy/index.ts';
import { fingerprintOf } from '../../record/index.ts';
import type { RecordStore } from '../../store/index.ts';
import { assess, judgeRecord, scanContents, type ScanOptions } from '../scan/index.ts';
import { baseNamed, type Catalogue, writeBase, writeFingerprint } from './catalogue-folder.ts';

export interface AssessBaseOptions extends ScanOptions {
  readonly databasePath: string;
  readonly databaseIsAsked: boolean;
  readonly waiverFiles: readonly string[];
  readonly vexFiles: readonly string[];
  /** Who says that it is to be assessed. */
  readonly by: string;
  /** Where records are kept. */
  readonly records?: RecordStore;
}

/** A release as it was judged just now. */
export interface AssessedBase {
  /** With the verdict, as it is in the catalogue now. */
  readonly base: Base;
  readonly release: BaseRelease;
  readonly record: ImageRecord;
  readonly verdict: Verdict;
  readonly complaints: readonly string[];
  /** It was endorsed with a verdict that passed, which it no longer does. */
  readonly hasTurned: boolean;
}

/**
 * Takes an image in as a release of a base, by default the one at the base's source, and judges it by the base's policy.
 * Verdict, layers and what it holds go into the catalogue.
 */
export async function assessBase(
  catalogue: Catalogue,
  { name, reference }: { readonly name: string; readonly reference?: string },
  options: AssessBaseOptions,
): Promise<AssessedBase> {
  const base = baseNamed(catalogue, name);
  const input = reference ?? base.source;
  // A base stands on no other for its own verdict: all of it is the organisation's to mend.
  const { bases: _, ...alone } = options;
  const scanned = await scanContents(input, alone);
  const record = await assess(scanned, alone);
  if (record.image.kind !== 'image')
    throw new CodedError('not-a-base', `${input} is no image: a base has layers`, { kind: 'usage' });
  const doing: Doing = { by: options.by, at: options.now.toISOString() };
  const grown = withRelease(base, releaseFrom(record, { input, references: scanned.references, at: doing.at }), doing);
  const assessed = await judgeRelease(catalogue, { base: grown, record, options, doing });
  writeFingerprint(catalogue.folder, fingerprintOf(record));
  await writeBase(catalogue, assessed.base);
  options.records?.keep(record, nameOf(input), options.now);
  return assessed;
}

interface Judging {
  readonly base: Base;
  readonly record: ImageRecord;
  readonly options: AssessBaseOptions;
  readonly doing: Doing;
}

/** Judges the record of a release by its base's policy; nothing is written. */
export async function judgeRelease(
  catalogue: Catalogue,
  { base, record, options, doing }: Judging,
): Promise<AssessedBase> {
  const { digest } = record.image;
  const before = base.releases.find((release) => release.digest === digest)!;
  const { verdict, complaints } = await judgeRecord(record, {
    now: options.now,
    policy: policyOf(catalogue, base),
    waiverFiles: options.waiverFiles,
    vexFiles: options.vexFiles,
    reference: nameOf(before.reference),
    ...(base.scope === undefined ? {} : { scope: base.scope }),
  });
  const changed = withVerdict(base, digest, verdictFacts(verdict, doing.at), doing);
  return {
    base: changed,
    release: changed.releases.find((release) => release.digest === digest)!,
    record,
    verdict,
    complaints,
    hasTurned: before.endorsement !== undefined && verdict.result !== 'pass',
  };
}

/** A built-in policy by its name, else a file, named from the catalogue's folder. */
function policyOf({ folder }: Catalogue, { policy = 'base' }: Base): string {
  return findPreset(policy) === undefined ? path.resolve(folder, policy) : policy;
}

function verdictFacts({ result, policy, scope, databaseDigest }: Verdict, at: string): ReleaseVerdict {
  return {
    result,
    policy: policy.name,
    policyDigest: policy.digest,
    scope,
    ...(databaseDigest === undefined ? {} : { databaseDigest }),
    at,
  };
}

function releaseFrom(
  { image, layers, statistics }: ImageRecord,
  { input, references, at }: { readonly input: string; readonly references: readonly string[]; readonly at: string },
): BaseRelease {
  const digests = [image.manifestDigest, image.configDigest, ...references.map(digestOf)];
  return {
    digest: image.digest,
    aliases: [...new Set(digests)].filter(
      (digest): digest is Digest => digest !== undefined && digest !== image.digest,
    ),
    ...(image.platform === undefined ? {} : { platform: image.platform }),
    reference: sourceName(input, image.manifestDigest !== undefined),
    added: at,
    sizeBytes: statistics.sizeBytes,
    diffIds: layers.map(({ diffId }) => diffId),
    state: 'candidate',
    published: [],
  };
}

/** How it can be opened again. An engine's image has no manifest: no registry has it by that digest. */
function sourceName(input: string, hasManifest: boolean): string {
  if (/^(?:archive|layout|docker):/.test(input) || hasManifest) return input.replace(/^registry:/, '');
  return fs.existsSync(input) ? `archive:${input}` : `docker:${input}`;
}

function digestOf(reference: string): Digest | undefined {
  const at = reference.indexOf('@');
  return at < 0 ? undefined : parseDigest(reference.slice(at + 1));
}

/** The image as people name it, without how it was found. */
function nameOf(input: string): string {
  return input.replace(/^(?:registry|docker|archive|layout):/, '');
}
