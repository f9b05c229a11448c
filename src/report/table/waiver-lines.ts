import type { Verdict } from '../../model/index.ts';
import { counted } from '../units.ts';
import type { Paint } from './paint.ts';
import { layLine } from './rows.ts';
import { wrapText } from './wrap.ts';

const maxWaived = 5;

/** What is waived, by whom, why and until when; then waivers that no longer do anything. */
export function waiverLines({ waived, endedWaivers }: Verdict, columns: number, paint: Paint): string[] {
  const lines: string[] = [];
  if (waived.length > 0) {
    lines.push(layLine([{ text: `${counted(waived.length, 'finding')} waived`, style: paint.strong }], columns, ' '));
    for (const { violation, waiver } of waived.slice(0, maxWaived)) {
      const until = waiver.expires === undefined ? 'without end' : `until ${waiver.expires}`;
      const text = `${violation.rule}: ${violation.what} · ${until} by ${waiver.owner}: ${waiver.reason}`;
      lines.push(...wrapText(text, columns, { first: '   ', rest: '     ' }));
    }
    const more = waived.length - maxWaived;
    if (more > 0)
      lines.push(
        layLine([{ text: `and ${more} more (--format json lists them)`, style: paint.quiet }], columns, '   '),
      );
  }
  for (const { id, why } of endedWaivers)
    lines.push(...wrapText(`waiver ${id} no longer does anything: ${why}`, columns, { first: ' ', rest: '   ' }));
  return lines;
}
