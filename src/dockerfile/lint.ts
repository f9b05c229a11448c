import { readCheckOptions } from './comments.ts';
import { knownVariables } from './variables/base-variables.table.ts';
import type { LintFacts } from './facts.ts';
import { ignoring } from './ignores.ts';
import { LineIndex } from './position.ts';
import type { Draft, DockerfileRule, LintFinding, LintResult, RuleContext } from './rule.ts';
import type { LintSeverity } from './severity.ts';
import { everyRule } from './every-rule.ts';
import { defaultSettings, type LintSettings } from './settings.ts';
import { shellsInUse } from './shell-in-use.ts';
import { stageGraph } from './stages.ts';
import type { Dockerfile, Span } from './syntax.ts';

export interface LintOptions {
  readonly settings?: LintSettings;
  readonly facts?: LintFacts;
  /** Other rules than all of them. */
  readonly rules?: readonly DockerfileRule[];
  /** How many findings of one rule are told: more than 100 tell nobody more. */
  readonly mostOfARule?: number;
}

/** Asks every rule of a file. Pure: the same file, settings and facts give the same findings, in the order of the text. */
export function lintDockerfile(file: Dockerfile, options: LintOptions = {}): LintResult {
  const { settings = defaultSettings, facts = {}, rules = everyRule, mostOfARule = 100 } = options;
  const lines = new LineIndex(file.text);
  const context = contextOf(file, settings, facts);
  const check = file.directives.find(({ name }) => name === 'check');
  const checkOptions = check === undefined || !settings.inlineIgnores ? undefined : readCheckOptions(check.value);
  const enabled = new Set(
    [...settings.enabled, ...(checkOptions?.experimental ?? [])].map((name) => name.toLowerCase()),
  );
  const severities = new Map(Object.entries(settings.severities).map(([name, to]) => [name.toLowerCase(), to]));
  const ignoredBy = ignoring(file, settings, lines);
  const findings: LintFinding[] = [];
  const ignored: (LintFinding & { ignoredBy: string })[] = [];
  const concealed: Span[] = [];
  const asked = rules.filter((rule) => rule.isOptIn !== true || isAskedFor(rule, enabled, severities));
  for (const rule of asked) {
    for (const draft of rule.check(file, context).slice(0, mostOfARule)) {
      if (draft.conceal !== undefined) concealed.push(draft.conceal);
      const finding = findingOf(rule, draft, { lines, severities, isError: checkOptions?.isError === true });
      const by = ignoredBy(finding);
      if (by === undefined) findings.push(finding);
      else ignored.push({ ...finding, ignoredBy: by });
    }
  }
  const secrets = concealed.flatMap(({ start, end }) => secretTexts(file.text.slice(start, end)));
  return {
    findings: findings.map((finding) => without(secrets, finding)).sort(byPlace),
    ignored: ignored.map((finding) => without(secrets, finding)).sort(byPlace),
    rulesAsked: asked.length,
    concealed,
  };
}

/** A secret as it stands in the file, with and without quotes. */
function secretTexts(written: string): readonly string[] {
  return [written, written.replace(/^(["'])(.*)\1$/s, '$2')].filter((text) => text.length >= 3);
}

/** Other rules quote the file too. */
function without<Finding extends LintFinding>(secrets: readonly string[], finding: Finding): Finding {
  const { message, advice, fix } = finding;
  const texts = [message, advice, fix?.title ?? '', fix?.note ?? ''];
  if (!secrets.some((secret) => texts.some((text) => text.includes(secret)))) return finding;
  const starred = (text: string): string =>
    secrets.reduce((shown, secret) => shown.replaceAll(secret, '*'.repeat(Math.min(8, secret.length))), text);
  return {
    ...finding,
    ...{ message: starred(message), advice: starred(advice) },
    ...(fix === undefined
      ? {}
      : { fix: { ...fix, title: starred(fix.title), ...(fix.note === undefined ? {} : { note: starred(fix.note) }) } }),
  };
}

function contextOf(file: Dockerfile, settings: LintSettings, facts: LintFacts): RuleContext {
  const graph = stageGraph(file, {
    baseVariables: (reference) => {
      const environment = facts.baseEnvironment?.(reference);
      return environment === undefined ? knownVariables(reference) : Object.keys(environment);
    },
  });
  return {
    graph,
    settings,
    facts,
    shellOf: shellsInUse(file, graph, settings.shell),
    stageOf: (instruction) => graph.stageOf(instruction),
  };
}

function isAskedFor(
  { name, aliases }: DockerfileRule,
  enabled: ReadonlySet<string>,
  severities: ReadonlyMap<string, LintSeverity>,
): boolean {
  if (enabled.has('all')) return true;
  return [name, ...aliases].some((each) => enabled.has(each.toLowerCase()) || severities.has(each.toLowerCase()));
}

function findingOf(
  rule: DockerfileRule,
  draft: Draft,
  { lines, severities, isError }: { lines: LineIndex; severities: ReadonlyMap<string, LintSeverity>; isError: boolean },
): LintFinding {
  const aliases = draft.aliases ?? rule.aliases;
  const set = [rule.name, ...aliases].map((name) => severities.get(name.toLowerCase())).find(Boolean);
  // `# check=error=true` is about BuildKit's own checks, whose names have no digits.
  const isCheck = isError && aliases.some((alias) => !/\d/.test(alias));
  return {
    rule: rule.name,
    aliases,
    category: rule.category,
    severity: set ?? (isCheck ? 'error' : (draft.severity ?? rule.severity)),
    message: draft.message,
    advice: draft.advice,
    span: draft.span,
    start: lines.positionAt(draft.span.start),
    end: lines.positionAt(draft.span.end),
    ...(draft.fix === undefined ? {} : { fix: draft.fix }),
  };
}

function byPlace(a: LintFinding, b: LintFinding): number {
  return (
    a.span.start - b.span.start ||
    a.span.end - b.span.end ||
    (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : a.message < b.message ? -1 : a.message > b.message ? 1 : 0)
  );
}
