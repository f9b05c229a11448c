import { type ImageRecord, parseDigest, recordSchemaVersion, type Verdict } from '../../model/index.ts';
import { engine } from '../engine.ts';

const rule = 'record';
const mend = 'scan the image again: plimsoll scan IMAGE --server URL';

/**
 * Verdicts of an image whose record was lost or altered: what still breaks a rule by what is kept beside it does, and nothing passes.
 * @param record what is kept to judge by; undefined: nothing is, so nothing that a rule says of it counts.
 */
export function withoutRecord(verdicts: readonly Verdict[], why: string, record: ImageRecord | undefined): Verdict[] {
  const doubt = { rule, what: `its record can't be read: ${why}`, mend };
  return verdicts.map((verdict) =>
    record === undefined
      ? { ...verdict, result: 'cannot-tell', rules: [], violations: [], warnings: [], waived: [], doubts: [doubt] }
      : {
          ...verdict,
          result: verdict.result === 'fail' ? 'fail' : 'cannot-tell',
          doubts: [doubt, ...verdict.doubts],
        },
  );
}

/** The record of an image of which nothing is known but that it is there. */
export function unknownRecord(image: string): ImageRecord {
  return {
    schemaVersion: recordSchemaVersion,
    engine,
    image: {
      digest: parseDigest(image)!,
      kind: 'image',
      configuration: { env: [], exposedPorts: [], volumes: [] },
      labels: {},
      annotations: {},
      attestations: [],
    },
    ...{ layers: [], packages: [], executables: [], accounts: [], certificates: [], findings: [], problems: [] },
    statistics: {
      ...{ sizeBytes: 0, entries: 0, visibleFiles: 0, visibleBytes: 0, hiddenBytes: 0, filesSearchedForSecrets: 0 },
    },
  };
}
