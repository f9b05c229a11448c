import type { Span } from '../../../formats/shell/index.ts';
import type { Invocation } from '../invocation.ts';
import type { GivenOption } from '../options.ts';

/** What a package manager is asked to do, in the words that all of them share. */
export type PackageAction =
  | 'install'
  /** From the project's own list: `npm ci`, `pip install -r`, `bundle install`. */
  | 'install-project'
  | 'remove'
  /** Fetch the lists of what there is. */
  | 'refresh'
  /** Everything that is installed. */
  | 'upgrade'
  | 'clean-cache'
  | 'other';

/** Where a package comes from. `unknown`: only the running shell knows. */
export type PackageSource = 'registry' | 'url' | 'version-control' | 'file' | 'unknown';

export interface PackageRequest extends Span {
  /** As it is written. */
  readonly text: string;
  readonly name: string;
  /** The version or range asked for, undefined for any. */
  readonly version: string | undefined;
  readonly source: PackageSource;
}

/** A call of a package manager. */
export interface PackageCall {
  readonly manager: string;
  /** The registry whose names these are: `deb`, `apk`, `rpm`, `pypi`, `npm`, `gem`, `golang`, `cargo`, … as in purl. */
  readonly ecosystem: string;
  readonly action: PackageAction;
  /** As it is written: `dist-upgrade`. */
  readonly subcommand: string;
  readonly packages: readonly PackageRequest[];
  readonly options: readonly GivenOption[];
  readonly invocation: Invocation;
  has(...names: readonly string[]): boolean;
  value(...names: readonly string[]): string | undefined;
}

/** How calls of one package manager are read; one file each, a line in list.ts. */
export interface PackageManager {
  readonly name: string;
  /** Programs that this reads. */
  readonly programs: readonly string[];
  readonly ecosystem: string;
  /** Undefined where a call is nothing that is known. */
  read(invocation: Invocation): PackageCall | undefined;
}
