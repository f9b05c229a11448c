import {
  type Dockerfile,
  expandWord,
  type FromInstruction,
  LineIndex,
  parseDockerfile,
  type Scope,
  type Span,
  type Stage,
  type StageGraph,
  stageGraph,
  type Variable,
} from '../../dockerfile/index.ts';
import { CodedError } from '../../model/index.ts';

/** An image that a build takes in, and where the Dockerfile names it. */
export interface TakenImage {
  /** As written, variables put in. */
  readonly reference: string;
  readonly role: 'base' | 'stage' | 'frontend';
  /** Of the platform that it is taken for; undefined: the one that is built for. */
  readonly platform?: string;
  /** What an edit replaces by the pinned name. */
  readonly span: Span;
}

export interface ImagesOptions {
  /** For messages. */
  readonly fileName: string;
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly target?: string;
  /** `linux/amd64`, of the machine and of what is built. */
  readonly platforms: { readonly build: string; readonly target: string };
  /** The engine builds stages that the target does not need, too. */
  readonly everyStage: boolean;
  /** The engine starts `# syntax` images. */
  readonly frontends: boolean;
}

/**
 * Every image outside that a build of the target takes in: by FROM, COPY --from, RUN --mount=from= and `# syntax`
 * (Dockerfile reference).
 * @throws CodedError `invalid-dockerfile`, `no-such-stage`, `base-not-told`.
 */
export function takenImages(text: string, options: ImagesOptions): readonly TakenImage[] {
  const file = parseDockerfile(text);
  const graph = stageGraph(file);
  const lines = new LineIndex(text);
  const at = (span: Span): string => {
    const { line, column } = lines.positionAt(span.start);
    return `${options.fileName}:${line}:${column}`;
  };
  const wrong = [...file.problems, ...graph.problems];
  if (wrong.length > 0)
    throw new CodedError(
      'invalid-dockerfile',
      wrong
        .slice(0, 20)
        .map(({ span, message }) => `${at(span)}: ${message}`)
        .join('\n'),
      wrong[0]?.hint === undefined ? {} : { hint: wrong[0].hint },
    );
  const stages = basesOf(graph, options, at);
  const target = targetOf(stages, options);
  const needed = options.everyStage ? stages.slice(0, target.stage.index + 1) : neededBy(target, stages);
  const root = rootOf(target, stages);
  const images: TakenImage[] = options.frontends ? [...frontendOf(file)] : [];
  for (const each of needed) {
    const { stage, image, platform } = each;
    if (image !== undefined)
      images.push({
        reference: image,
        role: each === root ? 'base' : 'stage',
        span: stage.from.image.span,
        ...(platform === undefined ? {} : { platform }),
      });
    for (const { source, span, by } of stage.takes) {
      if (source.kind !== 'image') continue;
      images.push({
        reference: source.reference.text!,
        role: 'stage',
        span: by.kind === 'run' ? fromInMount(text, span) : span,
      });
    }
  }
  return images;
}

/** The Dockerfile with other names for its images. */
export function pinnedNames(text: string, names: ReadonlyMap<TakenImage, string>): string {
  const edits = [...names].sort(([a], [b]) => b.span.start - a.span.start);
  let edited = text;
  for (const [{ span }, name] of edits) edited = edited.slice(0, span.start) + name + edited.slice(span.end);
  return edited;
}

interface StageBase {
  readonly stage: Stage;
  /** The image outside that it stands on. */
  readonly image?: string;
  /** The stage that it stands on. */
  readonly below?: number;
  readonly platform?: string;
}

/** What each stage stands on with the build's own arguments, which may differ from the Dockerfile's defaults. */
function basesOf(graph: StageGraph, options: ImagesOptions, at: (span: Span) => string): readonly StageBase[] {
  const byName = new Map<string, number>();
  const first = graph.stages[0]?.from;
  const scope = first === undefined ? undefined : headScope(graph, first, options);
  return graph.stages.map((stage): StageBase => {
    const { from } = stage;
    const image = expandWord(from.image.text, scope!);
    const platform = from.platform?.value === undefined ? undefined : expandWord(from.platform.value, scope!).text;
    if (image.text === undefined || image.text === '')
      throw new CodedError(
        'base-not-told',
        `${at(from.image.span)}: what FROM ${from.image.text} stands for can't be told`,
        {
          hint: image.error ?? `--build-arg ${image.uses[0]?.name ?? 'NAME'}=… says it`,
        },
      );
    const below = byName.get(image.text.toLowerCase());
    if (stage.name !== undefined) byName.set(stage.name, stage.index);
    if (below !== undefined) return { stage, below };
    if (image.text === 'scratch') return { stage };
    return { stage, image: image.text, ...(platform === undefined || platform === '' ? {} : { platform }) };
  });
}

/** The arguments before the first FROM, given ones put in, and the platforms (Dockerfile reference, "Automatic platform ARGs"). */
function headScope(graph: StageGraph, first: FromInstruction, { buildArgs, platforms }: ImagesOptions): Scope {
  const outer = graph.scopeOf(first);
  const known = new Map<string, Variable>();
  const fix = (name: string, value: string | undefined): void => void known.set(name, { state: 'fixed', value });
  for (const [prefix, platform] of [
    ['BUILD', platforms.build],
    ['TARGET', platforms.target],
  ] as const) {
    const [os, architecture, variant] = platform.split('/');
    fix(`${prefix}PLATFORM`, platform);
    fix(`${prefix}OS`, os);
    fix(`${prefix}ARCH`, architecture);
    fix(`${prefix}VARIANT`, variant ?? '');
  }
  const scope: Scope = { ...outer, lookup: (name) => known.get(name) ?? outer.lookup(name) };
  for (const { variables } of graph.globalArgs)
    for (const { name, value } of variables) {
      const given = Object.hasOwn(buildArgs, name.text) ? buildArgs[name.text] : undefined;
      if (given !== undefined) fix(name.text, given);
      else if (value !== undefined) fix(name.text, expandWord(value.text, scope).text);
    }
  return scope;
}

function targetOf(stages: readonly StageBase[], { target, fileName }: ImagesOptions): StageBase {
  if (target === undefined) return stages.at(-1)!;
  const found =
    stages.findLast(({ stage }) => stage.name === target.toLowerCase()) ??
    (/^\d{1,6}$/.test(target) ? stages[Number(target)] : undefined);
  if (found !== undefined) return found;
  const names = stages.map(({ stage }) => stage.name).filter((name) => name !== undefined);
  throw new CodedError('no-such-stage', `${fileName} has no stage ${target}`, {
    kind: 'usage',
    ...(names.length === 0 ? {} : { hint: `It has ${names.join(', ')}` }),
  });
}

/** In the order of the file. */
function neededBy(target: StageBase, stages: readonly StageBase[]): readonly StageBase[] {
  const needed = new Set<StageBase>();
  const waiting = [target];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (needed.has(next)) continue;
    needed.add(next);
    if (next.below !== undefined) waiting.push(stages[next.below]!);
    for (const { source } of next.stage.takes) if (source.kind === 'stage') waiting.push(stages[source.stage]!);
  }
  return stages.filter((stage) => needed.has(stage));
}

/** The stage whose base lies under all of the target's own layers. */
function rootOf(target: StageBase, stages: readonly StageBase[]): StageBase {
  let root = target;
  while (root.below !== undefined) root = stages[root.below]!;
  return root;
}

function frontendOf(file: Dockerfile): readonly TakenImage[] {
  const syntax = file.directives.find(({ name }) => name === 'syntax');
  // Behind the image there may be words for it.
  const reference = syntax?.value.trim().split(/\s/, 1)[0] ?? '';
  if (syntax === undefined || reference === '') return [];
  const start = file.text.indexOf(reference, syntax.valueSpan.start);
  return [{ reference, role: 'frontend', span: { start, end: start + reference.length } }];
}

/** The image's name inside `--mount=type=bind,from=…`. */
function fromInMount(text: string, span: Span): Span {
  const flag = text.slice(span.start, span.end);
  const found = /[=,]from=([^,\s"']+)/.exec(flag);
  if (found === null) return span;
  const start = span.start + found.index + found[0].length - found[1]!.length;
  return { start, end: start + found[1]!.length };
}
