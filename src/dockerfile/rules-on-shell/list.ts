import type { ShellRule } from '../shell/index.ts';
import { andOrIsNoIf } from './and-or-is-no-if.ts';
import { carefulReading } from './careful-reading.ts';
import { checkedCd } from './checked-cd.ts';
import { checkedCertificates } from './checked-certificates.ts';
import { groupedAppends } from './grouped-appends.ts';
import { guardedGlobs } from './guarded-globs.ts';
import { guardedRm } from './guarded-rm.ts';
import { joinedRuns } from './joined-runs.ts';
import { keptPath } from './kept-path.ts';
import { knownVariables } from './known-variables.ts';
import { lockedDependencies } from './locked-dependencies.ts';
import { lookAlikePackages } from './look-alike-packages.ts';
import { lowUserNumber } from './low-user-number.ts';
import { maskedStatus } from './masked-status.ts';
import { meantRedirections } from './meant-redirections.ts';
import { mkdirMode } from './mkdir-mode.ts';
import { noDeveloperTools } from './no-developer-tools.ts';
import { noHostCommands } from './no-host-commands.ts';
import { noMaliciousPackages } from './no-malicious-packages.ts';
import { noOpenModes } from './no-open-modes.ts';
import { noPackageCaches } from './no-package-caches.ts';
import { noParsedLs } from './no-parsed-ls.ts';
import { noPipedInstallers } from './no-piped-installers.ts';
import { noRecommendedPackages } from './no-recommended-packages.ts';
import { noSecretsInCommands } from './no-secrets-in-commands.ts';
import { noSshServer } from './no-ssh-server.ts';
import { noSudo } from './no-sudo.ts';
import { noSystemUpgrade } from './no-system-upgrade.ts';
import { noWritesToVolumes } from './no-writes-to-volumes.ts';
import { oneDownloader } from './one-downloader.ts';
import { pinnedClones } from './pinned-clones.ts';
import { pinnedPackages } from './pinned-packages.ts';
import { pipefail } from './pipefail.ts';
import { plainSubstitutions } from './plain-substitutions.ts';
import { portableEcho } from './portable-echo.ts';
import { quietWget } from './quiet-wget.ts';
import { quotedExpansions } from './quoted-expansions.ts';
import { shellHasIt } from './shell-has-it.ts';
import { shellInstruction } from './shell-instruction.ts';
import { singleQuotedExpansions } from './single-quoted-expansions.ts';
import { spacedAssignments } from './spaced-assignments.ts';
import { stablePackageTool } from './stable-package-tool.ts';
import { unattendedInstall } from './unattended-install.ts';
import { validShell } from './valid-shell.ts';
import { verifiedDownloads } from './verified-downloads.ts';
import { workdirInsteadOfCd } from './workdir-instead-of-cd.ts';

/** Every rule that asks of the shell text of RUN, in the order in which documents name them. */
export const shellRules: readonly ShellRule[] = [
  validShell,
  shellHasIt,
  noPipedInstallers,
  verifiedDownloads,
  checkedCertificates,
  pinnedPackages,
  pinnedClones,
  noMaliciousPackages,
  lookAlikePackages,
  lockedDependencies,
  noSecretsInCommands,
  noSudo,
  noOpenModes,
  noSshServer,
  noHostCommands,
  noSystemUpgrade,
  stablePackageTool,
  unattendedInstall,
  noRecommendedPackages,
  noPackageCaches,
  noDeveloperTools,
  oneDownloader,
  quietWget,
  lowUserNumber,
  shellInstruction,
  pipefail,
  workdirInsteadOfCd,
  joinedRuns,
  noWritesToVolumes,
  quotedExpansions,
  singleQuotedExpansions,
  guardedGlobs,
  guardedRm,
  checkedCd,
  maskedStatus,
  andOrIsNoIf,
  knownVariables,
  meantRedirections,
  spacedAssignments,
  keptPath,
  portableEcho,
  carefulReading,
  mkdirMode,
  noParsedLs,
  plainSubstitutions,
  groupedAppends,
];
