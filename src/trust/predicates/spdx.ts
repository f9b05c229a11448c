import { listAt, textAt } from '../envelope/members.ts';
import type { PredicateKind } from './predicate.ts';

/** An SPDX SBOM. */
export const spdx: PredicateKind = {
  names: ['spdx', 'spdxjson'],
  types: ['https://spdx.dev/Document'],
  summary: 'what is in it (SPDX), made by a scan',
  read: (predicate) => ({ kind: 'sbom', format: 'spdx', packages: listAt(predicate, 1_000_000, 'packages').length }),
  complaint: (predicate) =>
    textAt(predicate, 'spdxVersion') === undefined ? 'an SPDX document has spdxVersion' : undefined,
};
