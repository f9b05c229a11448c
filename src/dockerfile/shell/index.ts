/**
 * What the shell text of a Dockerfile does: the programs it runs, with wrappers seen through, and the calls of package
 * managers and downloaders among them. Reads, never runs; knows nothing of rules.
 */
export { commandsOf } from './commands-of.ts';
export type { Download } from './downloads.ts';
export type { Argument, Invocation } from './invocation.ts';
export type { PackageAction, PackageCall, PackageRequest, PackageSource } from './package-managers/package-manager.ts';
export { readOptions, type Options, type OptionTable } from './options.ts';
export { isMounted, shellRun, type RunSource, type ShellRun } from './run.ts';
export {
  enumerated,
  insertion,
  type RunsAround,
  type ShellDraft,
  type ShellEdit,
  type ShellFix,
  type ShellRule,
} from './shell-rule.ts';
export { constantOf, variablesOf, type Setting } from './values.ts';
export { isPlainVariable, unquotedIn, type UnquotedPart } from './unquoted.ts';
export { programName } from './invocation.ts';
export { commandWithin, isInterpreter, readsInput } from './interpreters.ts';
export { lookAlikeOf } from './look-alikes.ts';
export { nodesOfKind } from './nodes-of-kind.ts';
export { appended, failsWith, isAsItReads, rewritten, withoutArgument } from './shell-edits.ts';
