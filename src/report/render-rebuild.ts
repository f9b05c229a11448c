import { counted, shortDigest } from './units.ts';
import { visibleText } from './visible-text.ts';

/** Whether an image came out again, for a terminal. */
export interface RebuildInput {
  readonly result: 'same' | 'differs' | 'cannot-tell';
  readonly why?: { readonly code: string; readonly message: string; readonly hint?: string };
  readonly source?: { readonly repository?: string; readonly commit: string };
  /** Where the provenance was, and who is known to have signed it. */
  readonly where?: string;
  readonly signedBy?: string;
  readonly before?: string;
  readonly after?: string;
  readonly differences: readonly RebuildDifference[];
  readonly isCut: boolean;
  readonly notes: readonly string[];
}

interface RebuildDifference {
  readonly where: string;
  readonly layer?: number;
  readonly path?: string;
  readonly attribute: string;
  readonly before: string;
  readonly after: string;
}

const mostShown = 40;
const longestValue = 90;

/** What came of a rebuild, place by place. */
export function renderRebuild(input: RebuildInput): string {
  const { result, why, source, where, signedBy, before, after, differences, notes } = input;
  const lines = [
    ` ${{ same: 'SAME', differs: 'DIFFERS', 'cannot-tell': 'CANNOT TELL' }[result]}   ${summary(input)}`,
    '',
  ];
  if (why !== undefined) {
    lines.push(`   ${visibleText(why.message)} (${why.code})`);
    if (why.hint !== undefined) lines.push(`   ${visibleText(why.hint)}`);
    return `${lines.join('\n')}\n`;
  }
  let place = '';
  for (const difference of differences.slice(0, mostShown)) {
    const at = placeOf(difference);
    if (at !== place) lines.push(`   ${at}`);
    place = at;
    lines.push(
      `     ${difference.attribute.padEnd(8)} ${valueText(difference.before)} → ${valueText(difference.after)}`,
    );
  }
  const left = differences.length - mostShown;
  if (left > 0) lines.push(`   and ${left}${input.isCut ? ' or more' : ''} further: --format json has them`);
  if (differences.length > 0) lines.push('');
  if (before !== undefined) lines.push(` before    ${before}`);
  if (after !== undefined) lines.push(` rebuilt   ${after}`);
  if (source !== undefined)
    lines.push(
      ` source    commit ${source.commit.slice(0, 12)}${source.repository === undefined ? '' : ` of ${visibleText(source.repository)}`}`,
    );
  if (where !== undefined)
    lines.push(
      ` recipe    ${visibleText(where)}${signedBy === undefined ? ', its signature not checked' : `, signed by builder ${visibleText(signedBy)}`}`,
    );
  for (const note of notes) lines.push(` note      ${visibleText(note)}`);
  return `${lines.join('\n')}\n`;
}

function summary({ result, differences, isCut }: RebuildInput): string {
  if (result === 'same') return 'it comes out bit for bit as it was';
  if (result === 'cannot-tell') return 'it could not be built again';
  return `in ${counted(differences.length, 'thing')}${isCut ? ' or more' : ''}`;
}

function placeOf({ where, layer, path }: RebuildDifference): string {
  const shown = path === undefined ? '' : visibleText(path);
  if (where !== 'layer') return shown === '' ? where : `${where} ${shown}`;
  return shown === '' ? `layer ${layer}` : `layer ${layer}, ${shown.startsWith('/') ? '' : '/'}${shown}`;
}

function valueText(value: string): string {
  if (value === '') return 'none';
  const visible = visibleText(/^sha256:[0-9a-f]{64}$/.test(value) ? shortDigest(value) : value);
  return visible.length <= longestValue ? visible : `${visible.slice(0, longestValue - 1)}…`;
}
