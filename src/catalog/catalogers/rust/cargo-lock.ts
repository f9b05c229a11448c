/** A package of a Cargo.lock. */
export interface LockedCrate {
  readonly name: string;
  readonly version: string;
}

export interface CargoLock {
  readonly crates: readonly LockedCrate[];
  /** What was wrong: phrases with line numbers, the first few. */
  readonly faults: readonly string[];
}

const maxCrates = 100_000;
const maxFaults = 5;

/**
 * Reads a Cargo.lock of any version. Cargo writes a small part of TOML, one value a line, so that is all that is
 * read: `[[package]]` tables with `name` and `version`; other tables (`[metadata]`, `[[patch.unused]]`) are passed over.
 */
export function parseCargoLock(text: string): CargoLock {
  const crates: LockedCrate[] = [];
  const faults: string[] = [];
  let open: { name?: string; version?: string; line: number } | undefined;
  let line = 0;
  const fault = (at: number, what: string): void => {
    if (faults.length < maxFaults) faults.push(`line ${at}: ${what}`);
  };
  const close = (): void => {
    if (open === undefined) return;
    const { name, version } = open;
    if (name === undefined || version === undefined) fault(open.line, 'package without name or version');
    else if (crates.length < maxCrates) crates.push({ name, version });
    else if (crates.length === maxCrates) fault(open.line, `more than ${maxCrates} packages`);
    open = undefined;
  };
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    const content = text.slice(start, end).trim();
    start = end + 1;
    line++;
    if (content.startsWith('[')) {
      close();
      if (content === '[[package]]') open = { line };
    } else if (open !== undefined && (content.startsWith('name') || content.startsWith('version'))) {
      const equals = content.indexOf('=');
      const key = content.slice(0, Math.max(equals, 0)).trim();
      if (key !== 'name' && key !== 'version') continue;
      const value = basicString(content.slice(equals + 1).trim());
      if (value === undefined) fault(line, `${key} is no plain string`);
      else open[key] = value;
    } else if (content.startsWith('<<<<<<<') || content.startsWith('>>>>>>>')) {
      fault(line, 'unresolved merge');
    }
  }
  close();
  if (crates.length === 0 && faults.length === 0 && !/^version = \d+\s*$/m.test(text)) fault(1, 'no packages');
  return { crates, faults };
}

/** Cargo's names and versions never need an escape. */
function basicString(text: string): string | undefined {
  if (text.length < 2 || !text.startsWith('"') || !text.endsWith('"')) return undefined;
  const inner = text.slice(1, -1);
  return inner.includes('"') || inner.includes('\\') ? undefined : inner;
}
