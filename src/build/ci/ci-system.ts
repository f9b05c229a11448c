/** What a pipeline says of the build that it asks for. Anyone who starts the program can say it: it names, it proves nothing. */
export interface CiFacts {
  /** `GitHub Actions`, `GitLab CI`, `Jenkins`. */
  readonly system: string;
  /** The commit that the pipeline was started for. */
  readonly revision?: string;
  readonly branch?: string;
  readonly tag?: string;
  /** Address of the repository for git. */
  readonly repository?: string;
  /** Who or what asked for it. */
  readonly requestedBy?: string;
  /** The run's address. */
  readonly run?: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** A pipeline system. A member of the family. */
export interface CiSystem {
  readonly name: string;
  /** The variables that it is known by and asked for, as documentation. */
  readonly variables: readonly string[];
  /** Undefined where the environment is not its own. */
  read(env: Environment): CiFacts | undefined;
}

/** The members that have a value. */
export function withoutEmpty(facts: { readonly [Name in keyof CiFacts]: CiFacts[Name] | undefined }): CiFacts {
  return Object.fromEntries(
    Object.entries(facts).filter(([, value]) => value !== undefined && value !== ''),
  ) as unknown as CiFacts;
}
