/** A step from one schema to the next. Steps that were released never change. */
export interface Migration {
  /** 1 for the first, without gaps. */
  readonly number: number;
  readonly name: string;
  readonly sql: string;
}
