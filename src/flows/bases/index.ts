/**
 * The base image programme: bases taken in, judged, endorsed by people, withdrawn, and found again under images. The
 * catalogue is a folder of YAML under version control; nothing else is kept.
 */
export { addBase, withdrawBase, type Withdrawing } from './add-base.ts';
export { assessAll, type Reassessed, releaseRecord } from './assess-all.ts';
export { assessBase, type AssessBaseOptions, type AssessedBase } from './assess-base.ts';
export { askCatalogue } from './catalogue-standing.ts';
export { baseNamed, type Catalogue, readCatalogue, readFingerprints, readRoles } from './catalogue-folder.ts';
export { endorseBase, type EndorsedBase, type Endorsing } from './endorse-base.ts';
export { endorsementProblem } from './endorsement-problem.ts';
export { hardenBase, type HardeningProof, proveHardening, type Proposed } from './harden-base.ts';
export { recordOnBases } from './list-base.ts';
