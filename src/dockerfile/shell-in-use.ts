import { readPragmas } from './comments.ts';
import type { ShellInUse } from './rule.ts';
import type { StageGraph } from './stages.ts';
import type { Dockerfile, Instruction } from './syntax.ts';

/** For each instruction the shell that would run its shell form. */
export function shellsInUse(
  file: Dockerfile,
  graph: StageGraph,
  asked: string | undefined,
): (instruction: Instruction) => ShellInUse {
  const shells = new Map<Instruction, ShellInUse>();
  const atEnd: ShellInUse[] = [];
  const pragmas = readPragmas(file).filter((pragma) => pragma.kind === 'shell');
  for (const stage of graph.stages) {
    let shell = stage.base.kind === 'stage' ? atEnd[stage.base.stage]! : initialShell(stage.base, file, asked);
    let from = stage.from.span.start;
    for (const instruction of stage.instructions) {
      // A comment speaks for what comes behind it, as SHELL does.
      const said = pragmas.findLast(
        ({ comment }) => comment.span.start >= from && comment.span.start < instruction.span.start,
      );
      if (said !== undefined)
        shell = { dialect: dialectOf(said.shell), words: [said.shell, '-c'], isDeclared: shell.isDeclared };
      from = instruction.span.start;
      shells.set(instruction, shell);
      if (instruction.kind === 'onbuild') shells.set(instruction.trigger, shell);
      if (instruction.kind === 'shell') {
        const words = instruction.words.map(({ value }) => value);
        shell = { dialect: dialectOf(words[0] ?? ''), words, isDeclared: true };
      }
    }
    atEnd.push(shell);
  }
  const fallback = initialShell({ kind: 'scratch' }, file, asked);
  return (instruction) => shells.get(instruction) ?? fallback;
}

function initialShell(
  base: StageGraph['stages'][number]['base'],
  file: Dockerfile,
  asked: string | undefined,
): ShellInUse {
  if (asked !== undefined) return { dialect: dialectOf(asked), words: [asked, '-c'], isDeclared: false };
  const reference = base.kind === 'image' ? (base.reference.text ?? '') : '';
  return file.escape === '`' || /(?:^|\/)(?:windows|nanoserver|windowsservercore)(?:[/:@]|$)/.test(reference)
    ? { dialect: 'cmd', words: ['cmd', '/S', '/C'], isDeclared: false }
    : { dialect: 'sh', words: ['/bin/sh', '-c'], isDeclared: false };
}

function dialectOf(program: string): ShellInUse['dialect'] {
  const name = program
    .slice(Math.max(program.lastIndexOf('/'), program.lastIndexOf('\\')) + 1)
    .toLowerCase()
    .replace(/\.exe$/, '');
  if (name === 'sh' || name === 'bash' || name === 'dash' || name === 'ksh' || name === 'zsh' || name === 'cmd')
    return name;
  if (name === 'ash' || name === 'busybox') return 'dash';
  return name === 'powershell' || name === 'pwsh' ? 'powershell' : 'other';
}
