/**
 * A word that a shell takes as it is: quoted where it must be. Undefined for text that no command line should carry
 * (control characters, a leading dash, nothing): names come from the image and may be made to be pasted.
 */
export function shellWord(text: string): string | undefined {
  if (text === '' || text.startsWith('-') || text.length > 300) return undefined;
  if (/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]/.test(text)) return undefined;
  return /^[\w@/.:+~=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
