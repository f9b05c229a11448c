import type { Verdict } from '../../model/index.ts';
import { counted } from '../units.ts';
import type { Paint } from './paint.ts';
import { layLine } from './rows.ts';
import { wrapText } from './wrap.ts';

/** The word of the verdict on its ground, the policy, and how many of its rules led to it. */
export function verdictLines(verdict: Verdict | undefined, columns: number, paint: Paint): string[] {
  if (verdict === undefined) {
    return [layLine([{ text: ' NOT JUDGED ', style: paint.strong }, { text: 'no policy was asked' }], columns)];
  }
  const style = { pass: paint.pass, fail: paint.fail, 'cannot-tell': paint.cannotTell }[verdict.result];
  const word = { pass: ' PASS ', fail: ' FAIL ', 'cannot-tell': ' CANNOT TELL ' }[verdict.result];
  const { policy, scope } = verdict;
  return [
    layLine(
      [
        { text: word, style },
        { text: `policy ${policy.name}, scope ${scope}: ${reason(verdict)}`, cut: 'end' },
      ],
      columns,
    ),
  ];
}

function reason({ result, rules }: Verdict): string {
  const all = counted(rules.length, 'rule');
  if (result === 'pass') return rules.length === 1 ? 'its 1 rule holds' : `all ${all} hold`;
  const of = rules.filter((rule) => rule.result === result).length;
  return result === 'fail' ? `${of} of ${all} broken` : `${of} of ${all} cannot tell`;
}

/** What is unknown, and how to make it known: those doubts that stop first. */
export function doubtLines({ doubts }: Verdict, columns: number, paint: Paint): string[] {
  const stopping = doubts.filter(({ stops }) => stops !== false);
  const others = doubts.filter(({ stops }) => stops === false);
  return [...section('cannot tell', stopping), ...section('cannot tell, but does not stop', others)];

  function section(title: string, some: Verdict['doubts']): string[] {
    if (some.length === 0) return [];
    return [
      layLine([{ text: title, style: paint.strong }], columns, ' '),
      ...some.flatMap(({ rule, what, mend }) => [
        ...wrapText(`${rule}: ${what}`, columns, { first: '   ', rest: '     ' }),
        ...(mend === undefined ? [] : wrapText(mend, columns, { first: '     mend  ', rest: '           ' })),
      ]),
    ];
  }
}
