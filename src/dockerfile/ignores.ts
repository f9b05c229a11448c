import { type Pragma, readCheckOptions, readPragmas } from './comments.ts';
import type { LineIndex } from './position.ts';
import type { LintFinding } from './rule.ts';
import type { LintSettings } from './settings.ts';
import type { Dockerfile, Instruction } from './syntax.ts';

type Ignore = Extract<Pragma, { kind: 'ignore' }>;

/** Tells which findings comments and settings leave out, and which comment does. */
export function ignoring(
  file: Dockerfile,
  settings: LintSettings,
  lines: LineIndex,
): (finding: LintFinding) => string | undefined {
  const globally: { readonly names: readonly string[]; readonly by: string }[] = [];
  if (settings.ignored.length > 0) globally.push({ names: settings.ignored, by: 'settings' });
  const local = new Map<Instruction, Ignore[]>();
  if (settings.inlineIgnores) {
    for (const { name, value } of file.directives)
      if (name === 'check') globally.push({ names: readCheckOptions(value).skip, by: '# check=skip' });
    for (const pragma of readPragmas(file)) {
      if (pragma.kind !== 'ignore') continue;
      if (pragma.isGlobal) globally.push({ names: pragma.names, by: described(pragma, lines) });
      else keep(local, instructionAt(file, pragma.comment.span.start), pragma);
    }
  }
  return (finding) => {
    const everywhere = globally.find(({ names }) => matches(names, finding));
    if (everywhere !== undefined) return everywhere.by;
    const instruction = local.size === 0 ? undefined : instructionAt(file, finding.span.start);
    const here =
      instruction === undefined ? undefined : local.get(instruction)?.find(({ names }) => matches(names, finding));
    return here === undefined ? undefined : described(here, lines);
  };
}

/** More comments above one instruction are not looked at. */
const mostIgnores = 100;

function keep(local: Map<Instruction, Ignore[]>, instruction: Instruction | undefined, ignore: Ignore): void {
  if (instruction === undefined) return;
  const before = local.get(instruction);
  if (before === undefined) local.set(instruction, [ignore]);
  else if (before.length < mostIgnores) before.push(ignore);
}

/** The instruction that an offset stands in, or above: the first one that ends behind it. */
function instructionAt({ instructions }: Dockerfile, offset: number): Instruction | undefined {
  let low = 0;
  let high = instructions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (instructions[middle]!.lines.end <= offset) low = middle + 1;
    else high = middle;
  }
  return instructions[low];
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
