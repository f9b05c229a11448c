import { type Pragma, readCheckOptions, readPragmas } from './comments.ts';
import type { LineIndex } from './position.ts';
import type { LintFinding } from './rule.ts';
import type { LintSettings } from './settings.ts';
import type { Dockerfile } from './syntax.ts';

type Ignore = Extract<Pragma, { kind: 'ignore' }>;

/** Tells which findings comments and settings leave out, and which comment does. */
export function ignoring(
  file: Dockerfile,
  settings: LintSettings,
  lines: LineIndex,
): (finding: LintFinding) => string | undefined {
  const globally: { readonly names: readonly string[]; readonly by: string }[] = [];
  if (settings.ignored.length > 0) globally.push({ names: settings.ignored, by: 'settings' });
  const local: { readonly ignore: Ignore; readonly start: number; readonly end: number }[] = [];
  if (settings.inlineIgnores) {
    for (const { name, value } of file.directives)
      if (name === 'check') globally.push({ names: readCheckOptions(value).skip, by: '# check=skip' });
    for (const pragma of readPragmas(file)) {
      if (pragma.kind !== 'ignore') continue;
      if (pragma.isGlobal) globally.push({ names: pragma.names, by: described(pragma, lines) });
      else local.push({ ignore: pragma, ...reach(pragma, file) });
    }
  }
  return (finding) => {
    const everywhere = globally.find(({ names }) => matches(names, finding));
    if (everywhere !== undefined) return everywhere.by;
    const here = local.find(
      ({ ignore, start, end }) =>
        finding.span.start >= start && finding.span.start < end && matches(ignore.names, finding),
    );
    return here === undefined ? undefined : described(here.ignore, lines);
  };
}

/** From the comment to the end of the instruction that it stands above, or within. */
function reach({ comment }: Ignore, file: Dockerfile): { readonly start: number; readonly end: number } {
  const at = comment.span.start;
  let low = 0;
  let high = file.instructions.length;
  // The first instruction that ends behind the comment.
  while (low < high) {
    const middle = (low + high) >> 1;
    if (file.instructions[middle]!.lines.end <= at) low = middle + 1;
    else high = middle;
  }
  const next = file.instructions[low];
  if (next === undefined) return { start: at, end: at };
  return { start: Math.min(at, next.lines.start), end: next.lines.end };
}

function matches(names: readonly string[], { rule, aliases }: LintFinding): boolean {
  return names.some((name) => {
    if (name === 'all') return true;
    const wanted = name.toLowerCase();
    return wanted === rule || aliases.some((alias) => alias.toLowerCase() === wanted);
  });
}

function described({ of, comment, reason }: Ignore, lines: LineIndex): string {
  const { line } = lines.positionAt(comment.span.start);
  return `# ${of} in line ${line}${reason === undefined ? '' : `: ${reason}`}`;
}
