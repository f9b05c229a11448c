import type { Comment, Dockerfile } from './syntax.ts';

/** What a comment asks of linters. */
export type Pragma =
  | {
      readonly kind: 'ignore';
      /** hadolint's, BuildKit's or ours. */
      readonly of: 'hadolint' | 'check' | 'plimsoll';
      /** Rules and aliases; `all` for every one. */
      readonly names: readonly string[];
      readonly isGlobal: boolean;
      readonly reason: string | undefined;
      readonly comment: Comment;
    }
  | { readonly kind: 'shell'; readonly shell: string; readonly comment: Comment };

/** What `# check=` asks for beside what it skips. */
export interface CheckOptions {
  readonly skip: readonly string[];
  /** Rules that are off by default; `all` for every one. */
  readonly experimental: readonly string[];
  /** Whether what is found breaks the build. */
  readonly isError: boolean;
}

const hadolint = /^hadolint[ \t]+(global[ \t]+)?ignore[ \t]*=[ \t]*([^#]*)(?:#(.*))?$/;
const hadolintShell = /^hadolint[ \t]+shell[ \t]*=[ \t]*([^\s#]+)/;
const plimsoll = /^plimsoll[ \t]+(global[ \t]+)?ignore[ \t]*=[ \t]*([\w-]+(?:[ \t]*,[ \t]*[\w-]+)*)(.*)$/;
const check = /^check[ \t]*=[ \t]*(\S+)/i;

/** The pragmas of a file's comments: `# hadolint ignore=…`, `# plimsoll ignore=… why`, `# check=skip=…` above an instruction. */
export function readPragmas(file: Dockerfile): readonly Pragma[] {
  return file.comments.flatMap((comment) => pragmasOf(comment));
}

function pragmasOf(comment: Comment): readonly Pragma[] {
  const { text } = comment;
  const shell = hadolintShell.exec(text);
  if (shell !== null) return [{ kind: 'shell', shell: shell[1]!, comment }];
  const ofHadolint = hadolint.exec(text);
  if (ofHadolint !== null)
    return [
      {
        kind: 'ignore',
        of: 'hadolint',
        names: listed(ofHadolint[2]!),
        isGlobal: ofHadolint[1] !== undefined,
        reason: said(ofHadolint[3]),
        comment,
      },
    ];
  const ours = plimsoll.exec(text);
  if (ours !== null)
    return [
      {
        kind: 'ignore',
        of: 'plimsoll',
        names: listed(ours[2]!),
        isGlobal: ours[1] !== undefined,
        reason: said(ours[3]),
        comment,
      },
    ];
  const ofBuildKit = check.exec(text);
  if (ofBuildKit === null) return [];
  const { skip } = readCheckOptions(ofBuildKit[1]!);
  return skip.length === 0
    ? []
    : [{ kind: 'ignore', of: 'check', names: skip, isGlobal: false, reason: undefined, comment }];
}

/** `skip=A,B;error=true;experimental=C` (BuildKit, "build checks"). */
export function readCheckOptions(value: string): CheckOptions {
  const options: { skip: readonly string[]; experimental: readonly string[]; isError: boolean } = {
    skip: [],
    experimental: [],
    isError: false,
  };
  for (const part of value.split(';', 8)) {
    const equals = part.indexOf('=');
    const [key, text] = [part.slice(0, Math.max(0, equals)).trim(), part.slice(equals + 1).trim()];
    if (key === 'skip') options.skip = listed(text);
    if (key === 'experimental') options.experimental = listed(text);
    if (key === 'error') options.isError = /^(?:1|t|true)$/i.test(text);
  }
  return options;
}

function listed(text: string): readonly string[] {
  return text.split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]));
}

function said(text: string | undefined): string | undefined {
  const words = text?.replace(/^[\s:#-]+/, '').trim();
  return words === undefined || words === '' ? undefined : words;
}
