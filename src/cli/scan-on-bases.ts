import { type Catalogue, recordOnBases } from '../flows/bases/index.ts';
import type { Scanned } from '../flows/scan/index.ts';
import { loadTrustRoot } from '../flows/trust-root/index.ts';
import { attestedBases, isOutOfReach } from '../flows/verify/index.ts';
import { detectSource } from '../image/index.ts';
import { type AttestedBase, CodedError, type ImageRecord } from '../model/index.ts';
import type { Io } from './io.ts';
import { type RegistryFlags, registryOptions } from './registry-options.ts';

interface Flags extends RegistryFlags {
  readonly trustRoot?: string;
}

/**
 * The record with what a catalogue of bases says of its base. Provenance beside the image in its registry is asked where
 * the layers alone do not prove what it stands on.
 */
export async function scanOnBases(
  record: ImageRecord,
  scanned: Scanned,
  { catalogue, flags, io }: { readonly catalogue: Catalogue; readonly flags: Flags; readonly io: Io },
): Promise<ImageRecord> {
  const attested = record.base?.known === 'layers' ? [] : await provenance(record, scanned, { flags, io });
  return recordOnBases(record, catalogue, attested);
}

async function provenance(
  record: ImageRecord,
  { references }: Scanned,
  { flags, io }: { readonly flags: Flags; readonly io: Io },
): Promise<readonly AttestedBase[]> {
  const { trustRoot } = flags;
  // Nobody asked for a registry that the image did not come from. What an engine has comes without a manifest.
  const source = detectSource(references[0] ?? '');
  const mayBeInRegistry =
    source.kind === 'image' && (source.source === 'registry' || source.source === 'engine-or-registry');
  if (!mayBeInRegistry) return [];
  try {
    const root = trustRoot === undefined ? {} : { root: await loadTrustRoot(trustRoot) };
    const { platform: _, ...registry } = registryOptions(flags, io);
    return await attestedBases(record, references, { ...root, now: io.now, registry });
  } catch (error) {
    if (!(error instanceof CodedError) || !isOutOfReach(error)) throw error;
    // Where it was never read and the network is forbidden, nobody expects it.
    if (error.code !== 'offline' && flags.quiet !== true)
      io.stderr.write(`plimsoll: nobody could say what the image was built from: ${error.message}\n`);
    return [];
  }
}
