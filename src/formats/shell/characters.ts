/** The classes of characters of POSIX.1-2024 XCU 2.3 that the readers ask for. */
const metacharacters = new Set(Array.from('|&;<>() \t\n', (character) => character.charCodeAt(0)));

/** Ends an unquoted word. NaN, the end of the text, does too. */
export function endsWord(code: number): boolean {
  return Number.isNaN(code) || metacharacters.has(code);
}

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

export function isNameStart(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95;
}

export function isNamePart(code: number): boolean {
  return isNameStart(code) || isDigit(code);
}

/** The index after the name that begins at an index; the index itself where none does. */
export function nameEnd(text: string, start: number, end: number): number {
  if (start >= end || !isNameStart(text.charCodeAt(start))) return start;
  let at = start + 1;
  while (at < end && isNamePart(text.charCodeAt(at))) at++;
  return at;
}
