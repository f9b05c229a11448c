import { factLines } from './table/facts.ts';
import { headerLines } from './table/header.ts';
import { lookedAtLines, problemLines } from './table/looked-at.ts';
import { otherFindingLines } from './table/other-findings.ts';
import { paintFor } from './table/paint.ts';
import { ruleGroupLines } from './table/rule-groups.ts';
import { layLine } from './table/rows.ts';
import type { TableInput } from './table/table-input.ts';
import { doubtLines, verdictLines } from './table/verdict-lines.ts';
import { waiverLines } from './table/waiver-lines.ts';

export type { TableInput } from './table/table-input.ts';

/** Narrower than this nothing can be read: the report keeps to it. */
const leastColumns = 40;

/**
 * The report for a terminal: image, verdict, what broke which rule with the mends, what is unknown, what else was found,
 * what was looked at, facts. Ends with a newline. Everything from the image is made visible (no control characters).
 */
export function renderTable(given: TableInput): string {
  const input = { ...given, columns: Math.max(leastColumns, given.columns) };
  const { record, verdict, columns } = input;
  const paint = paintFor(input.color);
  const blocks: string[][] = [headerLines(input, paint), verdictLines(verdict, columns, paint)];
  if (verdict !== undefined) {
    const { violations, warnings } = verdict;
    blocks.push(ruleGroupLines({ record, verdict, violations }, { columns, paint, maxRows: 10 }));
    blocks.push(doubtLines(verdict, columns, paint));
    if (warnings.length > 0) {
      const title = layLine([{ text: 'the policy only warns of', style: paint.strong }], columns, ' ');
      blocks.push([
        title,
        ...ruleGroupLines({ record, verdict, violations: warnings }, { columns, paint, maxRows: 5 }),
      ]);
    }
    blocks.push(waiverLines(verdict, columns, paint));
  }
  blocks.push(otherFindingLines(input, paint));
  blocks.push([...lookedAtLines(record, columns, paint), ...problemLines(record, columns, paint), ...factLines(input)]);
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}
