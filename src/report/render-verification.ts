import type { Verification, VerificationStep } from '../model/index.ts';
import { paintFor } from './table/paint.ts';
import { wrapText } from './table/wrap.ts';
import { visibleText } from './visible-text.ts';
import { shortDigest } from './units.ts';

export interface VerificationTableOptions {
  readonly columns: number;
  readonly color: boolean;
}

const stepColumns = 12;
const resultColumns = 13;

/** A verification for a terminal: the image, the result, a line a step, what was found and does not count. */
export function renderVerification(verification: Verification, { columns, color }: VerificationTableOptions): string {
  const paint = paintFor(color);
  const { image, digest, result, steps, evidence } = verification;
  const word = {
    pass: paint.pass(' PASS '),
    fail: paint.fail(' FAIL '),
    'cannot-tell': paint.cannotTell(' CANNOT TELL '),
  }[result];
  const width = Math.max(40, columns);
  const lines = [
    ...wrapText(digest === undefined ? image : `${image}  ${shortDigest(digest)}`, width, { first: '', rest: '  ' }),
    '',
    `${word}  trusting ${visibleText(evidence.trustRoot.name)}`,
    '',
    ...steps.flatMap((step) => stepLines(step, width)),
  ];
  // What a step says needs no second telling.
  const told = new Set(steps.map(({ what }) => what));
  const untold = evidence.refused.filter(({ what }) => !told.has(what));
  const refused = untold.slice(0, 10);
  if (refused.length > 0) {
    lines.push('', ' found, but does not count');
    for (const { where, what, code } of refused)
      lines.push(...wrapText(`${where}: ${what} (${code})`, width, { first: '   ', rest: '     ' }));
    const more = untold.length - refused.length;
    if (more > 0) lines.push(`   and ${more} more`);
  }
  return `${lines.join('\n')}\n`;
}

function stepLines({ step, result, what, code, mend }: VerificationStep, columns: number): string[] {
  const word = { pass: 'pass', fail: 'FAIL', 'cannot-tell': 'cannot tell', 'not-asked': '-' }[result];
  const indent = ' '.repeat(1 + stepColumns + resultColumns);
  const lines = wrapText(code === undefined ? what : `${what} (${code})`, columns, {
    first: ` ${step.padEnd(stepColumns)}${word.padEnd(resultColumns)}`,
    rest: indent,
  });
  if (mend !== undefined) lines.push(...wrapText(`mend  ${mend}`, columns, { first: indent, rest: `${indent}      ` }));
  return lines;
}
