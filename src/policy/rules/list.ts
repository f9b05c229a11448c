import type { Rule } from '../rule.ts';
import { accounts } from './accounts.ts';
import { advisoryCoverage } from './advisory-coverage.ts';
import { advisoryDataAge } from './advisory-data-age.ts';
import { allowedPorts } from './allowed-ports.ts';
import { approvedBy } from './approved-by.ts';
import { certificates } from './certificates.ts';
import { codeAnalysisClean } from './code-analysis-clean.ts';
import { exploitLikelihood } from './exploit-likelihood.ts';
import { fixableSeverity } from './fixable-severity.ts';
import { forbiddenPackages } from './forbidden-packages.ts';
import { imageAge } from './image-age.ts';
import { imageSize } from './image-size.ts';
import { knownBase } from './known-base.ts';
import { knownExploited } from './known-exploited.ts';
import { misconfigurations } from './misconfigurations.ts';
import { noPackageManager } from './no-package-manager.ts';
import { noPrivateKeys } from './no-private-keys.ts';
import { noRootUser } from './no-root-user.ts';
import { noSecrets } from './no-secrets.ts';
import { noShell } from './no-shell.ts';
import { nothingUnread } from './nothing-unread.ts';
import { provenanceFrom } from './provenance-from.ts';
import { requiredLabels } from './required-labels.ts';
import { requiredPackages } from './required-packages.ts';
import { setuidFiles } from './setuid-files.ts';
import { signedByBuilder } from './signed-by-builder.ts';
import { supportedOperatingSystem } from './supported-operating-system.ts';
import { unfixedSeverity } from './unfixed-severity.ts';
import { worldWritable } from './world-writable.ts';

/** Every rule, in the order in which verdicts name them. */
export const rules: readonly Rule[] = [
  knownExploited,
  fixableSeverity,
  unfixedSeverity,
  exploitLikelihood,
  noSecrets,
  noPrivateKeys,
  supportedOperatingSystem,
  nothingUnread,
  advisoryDataAge,
  advisoryCoverage,
  noRootUser,
  accounts,
  setuidFiles,
  worldWritable,
  certificates,
  misconfigurations,
  knownBase,
  forbiddenPackages,
  requiredPackages,
  requiredLabels,
  allowedPorts,
  noShell,
  noPackageManager,
  imageAge,
  imageSize,
  signedByBuilder,
  provenanceFrom,
  codeAnalysisClean,
  approvedBy,
];
