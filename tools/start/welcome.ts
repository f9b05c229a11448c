import path from 'node:path';
import type { Verdict } from '../../src/model/index.ts';
import { visibleText } from '../../src/report/index.ts';
import type { Shown } from './demonstration.ts';

interface Facts {
  readonly url: string;
  /** Logs the administrator in, once. */
  readonly logInUrl: string | undefined;
  readonly where: string;
  readonly policy: string;
  /** What the engine of this machine is called, where it is watched. */
  readonly engine: string | undefined;
  readonly shown: Shown;
  /** The folder of data, and where the user is. */
  readonly data: string;
  readonly folder: string;
}

const words = { pass: 'PASS', fail: 'FAIL', 'cannot-tell': 'CANNOT TELL' } as const;

/** What stands on the terminal once all of it runs. */
export function welcome(facts: Facts): string {
  const { url, logInUrl, where, policy, engine, shown } = facts;
  const image = imageWord(shown.reference, facts);
  const base = imageWord(shown.base, facts);
  const lines = [
    '',
    ...(shown.verdict === undefined ? [] : [...judged(shown.verdict, policy), '']),
    `Plimsoll serves ${url}`,
    '',
    ...(logInUrl === undefined ? [] : ['  log in, once, within a day:', `  ${logInUrl}`, '']),
    `  data      ${where}`,
    `  watches   ${engine === undefined ? 'no Docker engine: none answers here' : `the Docker engine of this machine, as ${engine}`}`,
    '',
    'What to try next, in another terminal:',
    '',
    `  npm start -- scan ${image} --base ${base}`,
    '      the whole report of that image; scan takes any other as well',
    ...(engine === undefined
      ? []
      : ['  docker run -d --name web nginx', '      a container that appears on the page by itself, judged']),
    `  npm start -- login ${url} --local`,
    `  npm start -- scan IMAGE --server ${url}`,
    '      scan here, keep the record there',
    '  npm start -- db update',
    "      the world's advisories: until then only a handful are known, and old ones",
    '  npm start -- ledger export --output ledger.jsonl',
    '      what happened, to be verified anywhere: plimsoll ledger verify',
    '',
    'Ctrl-C ends it. The data stay: npm start goes on with them.',
    '',
  ];
  return lines.join('\n');
}

/** The verdict and the rules behind it; the whole report is a command away. */
function judged({ result, scope, violations, doubts }: Verdict, policy: string): string[] {
  const byRule = new Map<string, number>();
  for (const { rule } of violations) byRule.set(rule, (byRule.get(rule) ?? 0) + 1);
  const unsure = new Set(doubts.filter(({ stops }) => stops !== false).map(({ rule }) => rule));
  const row = (rule: string, what: string): string => `   ${rule.padEnd(20)}${what}`;
  return [
    ` ${words[result]}  plimsoll-demo/cart:1.8.2 by policy ${visibleText(policy)}, scope ${visibleText(scope)}`,
    ...[...byRule].map(([rule, count]) => row(rule, count === 1 ? '1 finding' : `${count} findings`)),
    ...[...unsure].map((rule) => row(rule, 'cannot tell')),
  ];
}

/** As it can be typed where the user is. */
function imageWord(reference: string, { data, folder }: Facts): string {
  const prefix = 'layout:';
  if (!reference.startsWith(prefix)) return reference;
  const place = path.join(data, reference.slice(prefix.length));
  const short = path.relative(folder, place);
  return `${prefix}${short.startsWith('..') || short === '' ? place : short}`;
}
