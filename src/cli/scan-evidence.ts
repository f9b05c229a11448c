import { writeFileSync } from 'node:fs';
import { askCatalogue, type Catalogue } from '../flows/bases/index.ts';
import type { Scanned } from '../flows/scan/index.ts';
import { loadTrustRoot, nobodysTrustRoot } from '../flows/trust-root/index.ts';
import { evidenceFromKept, imageEvidence, keepEvidence, type KeptEvidence } from '../flows/verify/index.ts';
import { CodedError, type ImageRecord, type TrustEvidence } from '../model/index.ts';
import type { Io } from './io.ts';
import { type RegistryFlags, registryOptions } from './registry-options.ts';

interface EvidenceFlags extends RegistryFlags {
  readonly trustRoot?: string;
  readonly evidence?: string;
}

interface EvidenceSettings {
  readonly catalogue: Catalogue | undefined;
  readonly flags: EvidenceFlags;
  readonly io: Io;
}

/**
 * What vouches for the image, by the trust root that was named; undefined where none was, or the image came from no registry. With
 * `--evidence` what was found is written down as well.
 */
export async function evidenceOf(
  record: ImageRecord,
  scanned: Scanned,
  { catalogue, flags, io }: EvidenceSettings,
): Promise<TrustEvidence | undefined> {
  const root = flags.trustRoot === undefined ? undefined : await loadTrustRoot(flags.trustRoot);
  const { platform: _, ...registry } = registryOptions(flags, io);
  const by = {
    root: root ?? nobodysTrustRoot,
    now: io.now,
    ...(catalogue === undefined ? {} : { catalogue: askCatalogue(catalogue) }),
  };
  const note = (text: string): void => {
    if (flags.quiet !== true) io.stderr.write(`plimsoll: ${text}\n`);
  };
  if (flags.evidence === undefined) {
    const evidence = await imageEvidence(record, scanned.references, { ...by, registry });
    if (evidence === undefined) note('the image came from no registry: nobody looked for signatures');
    return evidence;
  }
  // Endorsements of bases are noted, too, whatever a catalogue says of them now.
  const { catalogue: _known, ...open } = by;
  let kept: KeptEvidence | undefined;
  try {
    kept = await keepEvidence(record, scanned.references, { ...open, registry });
  } catch (error) {
    // What could not be asked for is written down as well: the image was scanned all the same.
    if (!(error instanceof CodedError) || error.code === 'interrupted') throw error;
    write(flags.evidence, { format: 1, problem: { code: error.code, message: error.message } });
    note(`who vouches for the image could not be asked: ${error.message} (${error.code})`);
    return undefined;
  }
  if (kept === undefined) note(`the image came from no registry: ${flags.evidence} was not written`);
  else write(flags.evidence, kept);
  return kept === undefined || root === undefined ? undefined : evidenceFromKept(kept, by);
}

function write(file: string, kept: object): void {
  try {
    writeFileSync(file, `${JSON.stringify(kept)}\n`);
  } catch (cause) {
    throw new CodedError('file-not-written', `${file} could not be written: ${(cause as Error).message}`, { cause });
  }
}
