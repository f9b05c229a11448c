import type { VerdictResult } from '../../model/index.ts';
import { visibleText } from '../../report/index.ts';
import { ownerOf, type ToldTurn } from './told-turn.ts';

/** Most turns in one message; of more the number is told. */
const mostTurns = 100;
const mostBlocks = 20;

const words: Readonly<Record<VerdictResult, string>> = { pass: 'PASS', fail: 'FAIL', 'cannot-tell': 'CANNOT TELL' };

interface PayloadOptions {
  readonly dashboard: string | undefined;
}

/** What a webhook takes: docs/formats/notifications.md. */
export function webhookPayload(turns: readonly ToldTurn[], { dashboard }: PayloadOptions): object {
  return {
    type: 'verdict.turned',
    owner: ownerOf(turns[0]!) ?? null,
    turns: turns.slice(0, mostTurns).map((turn) => ({
      at: turn.at,
      image: turn.image,
      name: turn.name,
      scope: turn.scope,
      from: turn.before,
      to: turn.result,
      why: turn.why,
      team: turn.team,
      ...turn.body,
      ...(dashboard === undefined ? {} : { url: linkTo(turn, dashboard) }),
    })),
    more: Math.max(0, turns.length - mostTurns),
  };
}

/** Slack's incoming webhooks, and whoever takes the same. */
export function slackPayload(turns: readonly ToldTurn[], { dashboard }: PayloadOptions): object {
  const sections = turns.slice(0, mostBlocks).map((turn) => {
    const name = slackText(turn.name);
    const title = dashboard === undefined ? `*${name}*` : `*<${linkTo(turn, dashboard)}|${name}>*`;
    const lines = linesOf(turn).map(slackText);
    const text = [`*${words[turn.result]}* ${title} in scope ${slackText(turn.scope)}`, ...lines].join('\n');
    return { type: 'section', text: { type: 'mrkdwn', text: cut(text, 2900) } };
  });
  const more = turns.length - sections.length;
  const rest = more > 0 ? [{ type: 'context', elements: [{ type: 'mrkdwn', text: `and ${more} more` }] }] : [];
  return { text: slackText(subjectOf(turns)), blocks: [...sections, ...rest] };
}

export interface MailText {
  readonly subject: string;
  readonly text: string;
}

/** A letter in plain text. */
export function mailText(turns: readonly ToldTurn[], { dashboard }: PayloadOptions): MailText {
  const parts = turns.slice(0, mostTurns).map((turn) => {
    const head = `${words[turn.result]}  ${visibleText(turn.name)}  (was ${words[turn.before].toLowerCase()}, scope ${visibleText(turn.scope)})`;
    const link = dashboard === undefined ? [] : [linkTo(turn, dashboard)];
    return [head, ...[turn.image, ...linesOf(turn), ...link].map((line) => `  ${line}`)].join('\n');
  });
  const more = turns.length - parts.length;
  const rest = more > 0 ? [`and ${more} more`] : [];
  return { subject: subjectOf(turns), text: `${[...parts, ...rest].join('\n\n')}\n` };
}

function subjectOf(turns: readonly ToldTurn[]): string {
  const [only] = turns;
  if (turns.length === 1)
    return cut(`${words[only!.result]} ${visibleText(only!.name)}: ${visibleText(only!.body.reason)}`, 160);
  const counts = Object.entries(words).flatMap(([result, word]) => {
    const n = turns.filter((turn) => turn.result === result).length;
    return n === 0 ? [] : [`${n} ${word.toLowerCase()}`];
  });
  return `${turns.length} verdicts turned: ${counts.join(', ')}`;
}

/** What is wrong, why now, whose it is, where it runs, what mends it. */
function linesOf({ why, body, team }: ToldTurn): readonly string[] {
  const { reason, violationCount, owner, running, places, mends } = body;
  const others = violationCount > 1 ? ` and ${violationCount - 1} more` : '';
  const where = places.map(({ environment, containers, names }) => {
    const of = names.slice(0, 3).join(', ');
    return `${environment ?? 'no environment'}: ${containers} (${of}${names.length > 3 ? ', …' : ''})`;
  });
  const lines = [
    `${reason}${others}`,
    `because of ${why}`,
    ...(owner === undefined && team === null
      ? []
      : [`owner ${[owner, team].filter((each) => each !== undefined && each !== null).join(', ')}`]),
    running === 0 ? 'runs nowhere' : `runs in ${cut(where.join('; '), 500)}`,
    ...mends.slice(0, 2).map(({ command, closes }) => `mend ${command} (closes ${closes})`),
  ];
  return lines.map((line) => cut(visibleText(line), 700));
}

function linkTo({ image }: ToldTurn, dashboard: string): string {
  return `${dashboard}/images/${encodeURIComponent(image)}`;
}

/** Slack's own three characters (https://api.slack.com/reference/surfaces/formatting#escaping); names must make no links. */
function slackText(text: string): string {
  return visibleText(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
