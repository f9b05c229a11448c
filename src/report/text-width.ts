/** Marks that take no column of their own. */
const zeroWidth = /^\p{M}$/u;
/** Scripts and pictures that take two columns (Unicode TR 11, wide and full-width). */
const wide =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]$/u;
const plain = /^[\x20-\x7e]*$/;

/** How many columns of a terminal a text takes. */
export function textWidth(text: string): number {
  if (plain.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

function characterWidth(character: string): number {
  if (character < '\u0300') return 1;
  return zeroWidth.test(character) ? 0 : wide.test(character) ? 2 : 1;
}

/** The text cut in the middle (`/usr/lib/…/index.js`) so that it takes no more than that many columns. */
export function cutMiddle(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  if (columns <= 1) return columns === 1 ? '…' : '';
  const tail = Math.ceil((columns - 1) / 2);
  const characters = [...text];
  const front = head(characters, columns - 1 - tail);
  const back = [...head(characters.reverse(), tail)].reverse().join('');
  return `${front}…${back}`;
}

/** The text cut at its end so that it takes no more than that many columns. */
export function cutEnd(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  if (columns <= 1) return columns === 1 ? '…' : '';
  return `${head([...text], columns - 1).trimEnd()}…`;
}

function head(characters: readonly string[], columns: number): string {
  let width = 0;
  let taken = '';
  for (const character of characters) {
    width += characterWidth(character);
    if (width > columns) break;
    taken += character;
  }
  return taken;
}
