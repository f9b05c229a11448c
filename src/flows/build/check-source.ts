import type { CiFacts, GitSource } from '../../build/index.ts';
import { CodedError } from '../../model/index.ts';
import type { BuildTerms } from '../../policy/index.ts';

/** What may be built of what is here, and how that is called. */
export interface CheckedSource {
  /** The folder as it is gets built, not the commit alone. */
  readonly dirty: boolean;
  readonly unpushed: boolean;
}

export interface SourceTerms {
  readonly terms: BuildTerms;
  /** `--allow-dirty` */
  readonly allowDirty: boolean;
  readonly ci?: CiFacts;
}

const pathsShown = 5;

/**
 * Whether others can look up what is built: a commit, nothing beside it, and a remote that has it. What a pipeline was started
 * for came from its server, whatever branches the checkout knows.
 * @throws CodedError `source-unknown`, `source-dirty`, `source-unpushed`.
 */
export function checkSource(folder: string, source: GitSource | undefined, options: SourceTerms): CheckedSource {
  const { terms, allowDirty, ci } = options;
  const dirtyAllowed = terms.dirty === undefined ? allowDirty : terms.dirty === 'allow';
  const way = (term: 'allow' | 'refuse' | undefined): string =>
    term === 'refuse' ? 'the policy allows nothing else' : 'or --allow-dirty, which the provenance will say';
  if (source === undefined) {
    if (dirtyAllowed) return { dirty: true, unpushed: true };
    throw new CodedError(
      'source-unknown',
      `${folder} is in no git repository with a commit, so nobody can look up what is built`,
      {
        hint: `git init, commit and push it, ${way(terms.dirty)}`,
      },
    );
  }
  const dirty = source.changes > 0;
  if (dirty && !dirtyAllowed) {
    const shown = source.changed.slice(0, pathsShown).join(', ');
    const more = source.changes > pathsShown ? ` and ${source.changes - pathsShown} more` : '';
    throw new CodedError(
      'source-dirty',
      `${folder} differs from commit ${source.commit.slice(0, 12)}: ${shown}${more}`,
      {
        hint: `Commit, stash or ignore it, ${way(terms.dirty)}`,
      },
    );
  }
  const unpushed = source.pushedTo === undefined && ci?.revision !== source.commit;
  if (unpushed && !(terms.unpushed === undefined ? allowDirty : terms.unpushed === 'allow'))
    throw new CodedError(
      'source-unpushed',
      source.repository === undefined
        ? `${source.root} has no remote, so nobody else can look up commit ${source.commit.slice(0, 12)}`
        : `no remote is known to have commit ${source.commit.slice(0, 12)}`,
      {
        hint: `${source.repository === undefined ? 'git remote add origin, then git push' : 'git push'}, ${way(terms.unpushed)}`,
      },
    );
  return { dirty, unpushed };
}
