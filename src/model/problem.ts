import type { ImagePath } from './image-path.ts';

/**
 * Something that we could not read or do not support. A problem travels with whatever was read, is kept in the record
 * and makes a verdict `cannot-tell` where policy cares.
 */
export interface Problem {
  /** Stable, kebab-case: `unreadable-package-database`, `file-too-large`, `unsupported-format`, … */
  readonly code: string;
  /** What could not be read and why, in one sentence without a full stop. Text from the image is not escaped here. */
  readonly message: string;
  readonly path?: ImagePath;
  /** Index of the layer, 0 at the bottom. Absent for problems of the whole image, and as long as a cataloger speaks. */
  readonly layer?: number;
  /** Who met it: a cataloger's name, `layers`, `image`, `advisories`, … */
  readonly source: string;
  /** What goes unseen because of it: decides which rules cannot tell. */
  readonly hides: ProblemScope;
}

/** `all`: anything may be missing; otherwise the kind of contents that may be missing; `nothing`: only worth saying. */
export type ProblemScope =
  'all' | 'packages' | 'executables' | 'secrets' | 'certificates' | 'accounts' | 'advisories' | 'nothing';
