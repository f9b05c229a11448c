import type { DockerfileRule } from '../rule.ts';
import { absoluteWorkdir } from './absolute-workdir.ts';
import { addChecksum } from './add-checksum.ts';
import { auditLabels } from './audit-labels.ts';
import { contextHasIgnoreFile } from './context-has-ignore-file.ts';
import { copiedFileIgnored } from './copied-file-ignored.ts';
import { copyDestinationSlash } from './copy-destination-slash.ts';
import { copyFromStage } from './copy-from-stage.ts';
import { copyInsteadOfAdd } from './copy-instead-of-add.ts';
import { copyRelativeDestination } from './copy-relative-destination.ts';
import { declaredFromArguments } from './declared-from-arguments.ts';
import { declaredVariables } from './declared-variables.ts';
import { descriptionComments } from './description-comments.ts';
import { endorsedBase } from './endorsed-base.ts';
import { envSelfReference } from './env-self-reference.ts';
import { execForm } from './exec-form.ts';
import { exposeFormat } from './expose-format.ts';
import { exposeProtocolCase } from './expose-protocol-case.ts';
import { freshBase } from './fresh-base.ts';
import { fromAsCase } from './from-as-case.ts';
import { healthcheck } from './healthcheck.ts';
import { instructionCase } from './instruction-case.ts';
import { keyValueFormat } from './key-value-format.ts';
import { knownIgnores } from './known-ignores.ts';
import { labelKeys } from './label-keys.ts';
import { labelValues } from './label-values.ts';
import { lastUserNotRoot } from './last-user-not-root.ts';
import { noConstantPlatform } from './no-constant-platform.ts';
import { noEmptyContinuation } from './no-empty-continuation.ts';
import { noHostVolumes } from './no-host-volumes.ts';
import { noInlineIgnores } from './no-inline-ignores.ts';
import { noInsecureRun } from './no-insecure-run.ts';
import { noLatest } from './no-latest.ts';
import { noMaintainer } from './no-maintainer.ts';
import { noOtherLabels } from './no-other-labels.ts';
import { noSecretFiles } from './no-secret-files.ts';
import { noSecretsInVariables } from './no-secrets-in-variables.ts';
import { noSshPort } from './no-ssh-port.ts';
import { noWholeFilesystem } from './no-whole-filesystem.ts';
import { numericUser } from './numeric-user.ts';
import { oneOfEach } from './one-of-each.ts';
import { pinnedBase } from './pinned-base.ts';
import { redundantPlatform } from './redundant-platform.ts';
import { requiredLabels } from './required-labels.ts';
import { reservedStageName } from './reserved-stage-name.ts';
import { stageNameCase } from './stage-name-case.ts';
import { taggedBase } from './tagged-base.ts';
import { trustedRegistry } from './trusted-registry.ts';
import { uniqueStageNames } from './unique-stage-names.ts';
import { userDeclared } from './user-declared.ts';
import { validDefaultBase } from './valid-default-base.ts';
import { validPorts } from './valid-ports.ts';
import { validSyntax } from './valid-syntax.ts';

/** Every rule of Dockerfiles, in the order in which documents list them. */
export const dockerfileRules: readonly DockerfileRule[] = [
  validSyntax,
  noSecretsInVariables,
  noSecretFiles,
  noHostVolumes,
  lastUserNotRoot,
  userDeclared,
  numericUser,
  noInsecureRun,
  noSshPort,
  contextHasIgnoreFile,
  endorsedBase,
  trustedRegistry,
  taggedBase,
  noLatest,
  pinnedBase,
  freshBase,
  addChecksum,
  uniqueStageNames,
  reservedStageName,
  copyFromStage,
  declaredFromArguments,
  validDefaultBase,
  declaredVariables,
  envSelfReference,
  execForm,
  oneOfEach,
  absoluteWorkdir,
  copyRelativeDestination,
  copyDestinationSlash,
  copyInsteadOfAdd,
  copiedFileIgnored,
  validPorts,
  exposeFormat,
  keyValueFormat,
  noConstantPlatform,
  noEmptyContinuation,
  healthcheck,
  knownIgnores(ruleNames),
  noWholeFilesystem,
  auditLabels,
  requiredLabels,
  labelValues,
  noOtherLabels,
  noMaintainer,
  noInlineIgnores,
  instructionCase,
  fromAsCase,
  stageNameCase,
  exposeProtocolCase,
  redundantPlatform,
  labelKeys,
  descriptionComments,
];

/** Names and aliases of all rules. */
function ruleNames(): readonly string[] {
  return dockerfileRules.flatMap(({ name, aliases }) => [name, ...aliases]);
}
