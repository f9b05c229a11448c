import { shellRun, type ShellRun } from '../../src/dockerfile/shell/index.ts';
import type { ShellDialect } from '../../src/formats/shell/index.ts';

/** The RUN instructions of a stage, as rules on shell text are given them. */
export interface RunsOfStage {
  readonly runs: readonly ShellRun[];
  readonly isShipped: boolean;
}

interface Logical {
  readonly text: string;
  readonly offsets: readonly number[];
}

/**
 * Reads just enough of a Dockerfile for tests of the rules on shell text: stages, RUN in shell form (here-documents too), ENV and ARG, SHELL,
 * VOLUME. No full reader: rules must not depend on one.
 */
export function runsOfStages(dockerfile: string): readonly RunsOfStage[] {
  const stages: { name: string; base: string; runs: ShellRun[] }[] = [];
  let variables = new Map<string, string | undefined>();
  let volumes: string[] = [];
  let shell: readonly string[] = ['/bin/sh', '-c'];
  let isApart = true;
  for (const instruction of instructionsOf(dockerfile)) {
    const [keyword, rest] = [instruction.keyword, instruction.text.trim()];
    if (keyword === 'FROM') {
      const [, base = '', name = ''] = /^(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?/i.exec(rest) ?? [];
      stages.push({ name, base, runs: [] });
      [variables, volumes, shell] = [new Map(), [], ['/bin/sh', '-c']];
    } else if (keyword === 'ENV') for (const [name, value] of pairsOf(rest)) variables.set(name, value);
    else if (keyword === 'ARG')
      variables.set(rest.split('=', 1)[0]!, rest.includes('=') ? rest.slice(rest.indexOf('=') + 1) : undefined);
    else if (keyword === 'SHELL') shell = JSON.parse(rest) as string[];
    else if (keyword === 'VOLUME') volumes.push(...rest.split(/\s+/));
    else if (keyword === 'RUN' || keyword === 'ONBUILD') {
      const run = readRun(instruction, { shell, variables, volumes, isApart });
      if (run !== undefined) stages.at(-1)?.runs.push(run);
    }
    isApart = keyword !== 'RUN';
  }
  const shipped = new Set([stages.length - 1]);
  for (let index = stages.length - 1; index >= 0; index--)
    if (shipped.has(index)) shipped.add(stages.findIndex(({ name }) => name !== '' && name === stages[index]!.base));
  return stages.map(({ runs }, index) => ({ runs, isShipped: shipped.has(index) }));
}

interface Instruction extends Logical {
  readonly keyword: string;
  readonly from: number;
  readonly to: number;
  readonly heredoc: { readonly from: number; readonly to: number } | undefined;
}

function* instructionsOf(source: string): Generator<Instruction> {
  const lines = source.split('\n');
  let start = 0;
  for (let index = 0; index < lines.length; index++) {
    const begin = start;
    if (/^\s*(?:#|$)/.test(lines[index]!)) {
      start += lines[index]!.length + 1;
      continue;
    }
    const keyword = /^\s*([A-Za-z]+)(?:\s+|$)/.exec(lines[index]!);
    let text = '';
    const offsets: number[] = [];
    let from = keyword?.[0].length ?? 0;
    for (; ; index++, from = 0) {
      const line = lines[index]!;
      const continued = /\\[ \t]*\r?$/.exec(line);
      const isDropped = text !== '' && /^\s*(?:#|$)/.test(line);
      const to = isDropped ? from : (continued?.index ?? line.length);
      text += line.slice(from, to);
      for (let at = from; at < to; at++) offsets.push(start + at);
      start += line.length + 1;
      if ((continued === null && !isDropped) || index + 1 >= lines.length) {
        offsets.push(start - line.length - 1 + to);
        break;
      }
    }
    if (keyword === null || lines[index] === undefined) continue;
    const delimiter = keyword[1]!.toUpperCase() === 'RUN' ? /^<<-?["']?(\w+)["']?\s*$/.exec(text)?.[1] : undefined;
    let heredoc: Instruction['heredoc'];
    if (delimiter !== undefined) {
      const body = start;
      while (index + 1 < lines.length && lines[++index] !== delimiter) start += lines[index]!.length + 1;
      heredoc = { from: body, to: start };
      start += delimiter.length + 1;
    }
    yield {
      keyword: keyword[1]!.toUpperCase(),
      text,
      offsets,
      from: begin,
      to: start - 1,
      heredoc,
      ...(heredoc && sliced(source, heredoc)),
    };
  }
}

function sliced(source: string, { from, to }: { readonly from: number; readonly to: number }): Logical {
  return { text: source.slice(from, to), offsets: Array.from({ length: to - from + 1 }, (_, at) => from + at) };
}

interface Scope {
  readonly shell: readonly string[];
  readonly variables: ReadonlyMap<string, string | undefined>;
  readonly volumes: readonly string[];
  readonly isApart: boolean;
}

function readRun({ keyword, text, offsets, from, to }: Instruction, scope: Scope): ShellRun | undefined {
  const before = keyword === 'ONBUILD' ? (/^\s*RUN\s+/i.exec(text)?.[0].length ?? -1) : 0;
  if (before < 0) return undefined;
  const flags = /^(?:--\S+\s+)*/.exec(text.slice(before))![0];
  const start = before + flags.length;
  const command = text.slice(start);
  const dialect = dialectOf(scope.shell[0] ?? '');
  if (dialect === undefined) return undefined;
  const words = command.startsWith('[') ? jsonWords(command) : undefined;
  const joined = words?.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  return shellRun({
    text: joined ?? command,
    offsets:
      joined === undefined ? offsets.slice(start) : Array.from({ length: joined.length + 1 }, () => offsets[start]!),
    span: { from, to },
    dialect,
    flags: flags.trim(),
    mounts: [...flags.matchAll(/--mount=(\S+)/g)].map(([, options]) => {
      const fields = new Map(
        options!.split(',').map((field) => [field.split('=', 1)[0]!, field.slice(field.indexOf('=') + 1)]),
      );
      return { type: fields.get('type') ?? 'bind', target: fields.get('target') ?? fields.get('dst') };
    }),
    ...scope,
    variables: new Map(scope.variables),
    volumes: [...scope.volumes],
  });
}

function jsonWords(text: string): string[] | undefined {
  try {
    return JSON.parse(text) as string[];
  } catch {
    return undefined;
  }
}

function dialectOf(program: string): ShellDialect | undefined {
  const name = program.slice(program.lastIndexOf('/') + 1);
  if (name === 'bash') return 'bash';
  if (name === 'ash') return 'ash';
  return name === 'sh' || name === 'dash' ? 'sh' : undefined;
}

function pairsOf(text: string): (readonly [string, string])[] {
  if (!/^\S+=/.test(text)) return [[text.split(/\s/, 1)[0]!, text.replace(/^\S+\s*/, '')]];
  return [...text.matchAll(/(\w+)=("(?:[^"\\]|\\.)*"|'[^']*'|(?:[^\s\\]|\\.)*)/g)].map(
    ([, name, value]) => [name!, value!.replace(/^["']|["']$/g, '')] as const,
  );
}
