/**
 * What must never reach a terminal as it is: control characters, marks that turn the direction of text, characters
 * without width, line separators, tags, and lone surrogates, which stand for bytes that are no UTF-8.
 */
const dangerous =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}\p{Cs}]/gu;

/** Text from an image with everything that could deceive or steer a terminal written out: `\x1b`, `\u202e`. */
export function visibleText(text: string): string {
  // Most texts are plain; making the long pattern takes as long as a thousand of them.
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  return text.replace(dangerous, escapeCharacter);
}

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  // Paths keep bytes that are no UTF-8 as U+DC80–U+DCFF.
  if (code >= 0xdc80 && code <= 0xdcff) return `\\x${(code - 0xdc00).toString(16)}`;
  if (code === 9) return '\\t';
  if (code === 10) return '\\n';
  if (code === 13) return '\\r';
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`;
}
