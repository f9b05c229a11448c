/** Text from a registry or an archive, fit for one line of a message: control characters escaped, cut at 200. */
export function displayText(text: string): string {
  const line = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}
