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
  /** Where the user is. */
  readonly folder: string;
}

const words = { pass: 'PASS', fail: 'FAIL', 'cannot-tell': 'CANNOT TELL' } as const;

/** What stands on the terminal once all of it runs. */
export function welcome({ url, logInUrl, where, policy, engine, shown, folder }: Facts): string {
  const image = imageWord(shown.reference, folder);
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
    `  npm start -- scan ${image}`,
    '      the whole report of that image; any other image as well',
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
  const rules = byRule.size === 1 ? '1 rule broken' : `${byRule.size} rules broken`;
  const unknown = doubts.length === 0 ? [] : [`   cannot tell     ${visibleText(doubts[0]!.what)}`];
  return [
    ` ${words[result]}  plimsoll-demo/cart:1.8.2 by policy ${policy}, scope ${scope}: ${rules}`,
    ...[...byRule].map(([rule, count]) => `   ${rule.padEnd(24)}${count === 1 ? '1 finding' : `${count} findings`}`),
    ...unknown,
  ];
}

/** As it can be typed where the user is. */
function imageWord(reference: string, folder: string): string {
  const prefix = 'layout:';
  if (!reference.startsWith(prefix)) return reference;
  const place = reference.slice(prefix.length);
  const short = path.relative(folder, place);
  return `${prefix}${short.startsWith('..') || short === '' ? place : short}`;
}
