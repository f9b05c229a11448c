import { openRepository } from '../../image/index.ts';
import type { AttestedBase, ImageRecord, ProvenanceFacts, ProvenanceImage } from '../../model/index.ts';
import { type FoundProvenance, provenanceOf, type ProvenanceOptions } from './image-provenance.ts';
import { subjectOfRecord } from './subject-of-record.ts';

/**
 * The bases that provenance of a scanned image names, those that can be believed best first: what an enrolled builder
 * signed, what anybody signed, what BuildKit left unsigned. What a trust root refuses is left out, and so is provenance that
 * took in several images and does not say on which of them the last stage stands.
 */
export async function attestedBases(
  record: ImageRecord,
  references: readonly string[],
  options: ProvenanceOptions,
): Promise<readonly AttestedBase[]> {
  const found = subjectOfRecord(record, references);
  if (found === undefined) return [];
  const repository = openRepository(found.reference, options.registry);
  try {
    return (await provenanceOf(repository, found.subject, options))
      .flatMap(basesNamed)
      .sort((a, b) => order.indexOf(a.standing) - order.indexOf(b.standing));
  } finally {
    repository.close();
  }
}

const order: readonly AttestedBase['standing'][] = ['verified', 'signed', 'unsigned'];

function basesNamed({ facts, standing, signer }: FoundProvenance): readonly AttestedBase[] {
  if (standing === 'refused') return [];
  return namedIn(facts).map(({ reference, digest }) => ({
    reference,
    ...(digest === undefined ? {} : { digest }),
    standing,
    ...(signer === undefined ? {} : { by: signer.name }),
  }));
}

/** What BuildKit runs to build, and lists among what it took in: nothing stands on it. */
const tools =
  /^(?:(?:index\.)?docker\.io\/)?docker\/(?:dockerfile|dockerfile-upstream|buildkit-syft-scanner)(?:[:@]|$)/;

function namedIn({ images }: ProvenanceFacts): readonly ProvenanceImage[] {
  const named = images.filter(({ isBase }) => isBase);
  if (named.length > 0) return named;
  const others = images.filter(({ reference }) => !tools.test(reference));
  const digests = new Set(others.map(({ digest, reference }) => digest ?? reference));
  return digests.size === 1 ? others.slice(0, 1) : [];
}
