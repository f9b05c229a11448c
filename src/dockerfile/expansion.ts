/** A text after its variables were put in, and what is known of each. */
export interface Expansion {
  /** The result; undefined where it depends on what the file doesn't say. */
  readonly text: string | undefined;
  readonly uses: readonly VariableUse[];
  /** Why builders would refuse it: `missing '}'`, `VERSION: must be set`. */
  readonly error: string | undefined;
}

export interface VariableUse {
  readonly name: string;
  /**
   * `fixed`: `ENV`, or a value that no build argument changes. `default`: an `ARG` that a build argument may override.
   * `unset`: an `ARG` without a value, empty unless given. `given`: the builder sets it (`TARGETARCH`). `inherited`: the base
   * image may set it, which can't be told here. `undefined`: nothing declares it.
   */
  readonly state: 'fixed' | 'default' | 'unset' | 'given' | 'inherited' | 'undefined';
  readonly value: string | undefined;
  /** Has `:-`, `-`, `:+`, `+`: says itself what happens without a value. */
  readonly hasFallback: boolean;
}
