import type { FileOutcome, InitOutcome } from '../flows/dockerfile/init/index.ts';
import { unifiedDiff, visibleText } from '../report/index.ts';

interface ReportOptions {
  readonly isDryRun: boolean;
  readonly columns: number;
}

/** What was seen, what was written and what was not, what to decide, and how to build and run it. */
export function initReport(outcome: InitOutcome, { isDryRun, columns }: ReportOptions): string {
  const { kind, plan, outcomes, bases, build, shown, unseen, unusedBases } = outcome;
  const blocks: string[] = [];
  if (isDryRun) blocks.push(...outcomes.map(({ path, after }) => `==> ${path} <==\n${after.trimEnd()}`));
  blocks.push(
    [
      `${kind} project: ${plan.seen.join(', ')}`,
      `starts ${plan.entrypoint.join(' ')} as ${plan.user}, ${plan.port === undefined ? 'no port' : `port ${plan.port}`}`,
    ]
      .flatMap((line) => wrapped(line, columns, '  '))
      .join('\n'),
    outcomes
      .map(
        (each) =>
          ` ${(isDryRun ? 'would ' : '') + words[each.outcome][isDryRun ? 1 : 0]}`.padEnd(isDryRun ? 16 : 10) +
          ` ${each.path}${remark(each)}`,
      )
      .join('\n'),
  );
  blocks.push(
    ...outcomes.flatMap(({ path, before, after }) =>
      before === undefined ? [] : [unifiedDiff(before, after, path).trimEnd()],
    ),
  );
  const width = Math.max(...bases.map(({ purpose }) => purpose.length));
  const unpinned = bases.filter(({ isPinned }) => !isPinned);
  blocks.push(
    [
      'bases',
      ...bases.map(
        ({ purpose, reference, origin }) =>
          ` ${purpose.padEnd(width)}  ${reference}${origin === 'catalogue' ? ' (endorsed)' : ''}`,
      ),
      ...(unpinned.length === 0
        ? []
        : wrapped(
            `${unpinned.length === bases.length ? 'None is' : `${unpinned.length} of ${bases.length} are not`} pinned: a tag may mean another image tomorrow. Take ones that your security team endorses: --base ${unpinned.at(-1)!.purpose}=NAME@sha256:…`,
            columns,
            ' ',
            ' ',
          )),
      ...unusedBases.flatMap((purpose) =>
        wrapped(
          `${purpose} is no base of this project: ${bases.map((each) => each.purpose).join(', ')}`,
          columns,
          ' ',
          ' ',
        ),
      ),
    ].join('\n'),
  );
  const notes = [...plan.notes, ...unseen];
  if (notes.length > 0)
    blocks.push(['to decide', ...notes.flatMap((note) => wrapped(note, columns, '   ', ' - '))].join('\n'));
  blocks.push(['build', build].join('\n'), ...shown.map(({ text }) => ['run', text.trimEnd()].join('\n')));
  return `${blocks.map((block) => block.split('\n').map(visibleText).join('\n')).join('\n\n')}\n`;
}

const words: Readonly<Record<FileOutcome['outcome'], readonly [done: string, planned: string]>> = {
  written: ['written', 'write'],
  replaced: ['replaced', 'replace'],
  kept: ['kept', 'keep'],
  same: ['same', 'keep'],
};

function remark({ outcome }: FileOutcome): string {
  if (outcome === 'kept') return ': it differs, as shown below; --force replaces it';
  if (outcome === 'replaced') return ': what it was is shown below';
  return outcome === 'same' ? ': it is there already, the same' : '';
}

/** Text in lines of the terminal's width; the first starts with `first`, the others with `rest`. */
function wrapped(text: string, columns: number, rest: string, first = ''): string[] {
  const lines: string[] = [];
  let line = first;
  for (const word of text.split(' ')) {
    if (line.trim() !== '' && line.length + word.length + 1 > columns) {
      lines.push(line.trimEnd());
      line = rest;
    }
    line += line === first || line === rest ? word : ` ${word}`;
  }
  return [...lines, line];
}
