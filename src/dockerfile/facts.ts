/** What a flow may know beside the Dockerfile; every part may be missing. */
export interface LintFacts {
  /** Files of the build context with `/` between parts, relative to it; what `.dockerignore` leaves out included. */
  readonly contextFiles?: readonly string[];
  /** The text of `.dockerignore`; `null`: looked for, and there is none. */
  readonly ignoreFile?: string | null;
  /** What the catalogue of bases says of a reference as expanded; undefined: not in it. Absent without a catalogue. */
  readonly base?: (reference: string) => BaseFact | undefined;
  /** The variables that a base image sets; undefined where it isn't known. */
  readonly baseEnvironment?: (reference: string) => Readonly<Record<string, string>> | undefined;
  /** Secrets in a text, by a scanner that the flow brings. */
  readonly secretsIn?: (text: string) => readonly SecretFact[];
  /** A secret in the content of one of `contextFiles`; undefined also where it is not looked at, being one too many or too large. */
  readonly secretInFile?: (path: string) => FileSecretFact | undefined;
  /** What a list of malicious packages says of a name, and of a version where one is asked for; by the ecosystem as in purl. */
  readonly malicious?: (ecosystem: string, name: string, version: string | undefined) => MaliciousFact | undefined;
}

export interface FileSecretFact extends Pick<SecretFact, 'title' | 'redacted'> {
  /** From 1. */
  readonly line: number;
}

export interface MaliciousFact {
  /** `MAL-2024-9934`. */
  readonly id: string;
}

export interface BaseFact {
  /** The name in the catalogue. */
  readonly name: string;
  readonly state: 'candidate' | 'endorsed' | 'deprecated' | 'retired';
  /** What the tag stands for now: `sha256:…`. */
  readonly newestDigest?: string;
  /** The whole reference under which that lies, with its digest; where the name that stands in FROM has it, absent. */
  readonly newestReference?: string;
  /** What to use instead. */
  readonly successor?: string;
  /** Day from which it has no support: `2026-06-30`. */
  readonly supportEnd?: string;
}

export interface SecretFact {
  /** `AWS access key id`. */
  readonly title: string;
  /** Enough to recognise it by, not to use it. */
  readonly redacted: string;
  /** Offset in the text. */
  readonly start: number;
  readonly end: number;
}
