/** What of the image a fix changes: nothing, what its configuration says, or which files are in it. */
export type FixEffect = 'unchanged' | 'configuration' | 'contents';

/** Edits that mend a finding. */
export interface FixOf<EachEdit> {
  /** What it does, as a command to oneself: `write AS in upper case`. */
  readonly title: string;
  readonly edits: readonly EachEdit[];
  /** Whether nobody needs to be asked: the image's files and configuration stay as they are; only its history may tell. */
  readonly isSafe: boolean;
  readonly effect: FixEffect;
  /** What becomes different, or when something could: `recommended packages are no longer installed`. Safe ones have none. */
  readonly note?: string;
}

/** A fix that leaves the image as it is. */
export function safeFix<EachEdit>(title: string, edits: readonly EachEdit[]): FixOf<EachEdit> {
  return { title, edits, isSafe: true, effect: 'unchanged' };
}

/** A fix for a person to accept, with what it changes. */
export function offeredFix<EachEdit>(
  title: string,
  edits: readonly EachEdit[],
  { effect, note }: { readonly effect: FixEffect; readonly note: string },
): FixOf<EachEdit> {
  return { title, edits, isSafe: false, effect, note };
}
