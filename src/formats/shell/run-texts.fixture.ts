/** The shell text of a RUN instruction as the builder joins it, with the offset of each code unit in the Dockerfile. */
export interface RunText {
  readonly text: string;
  readonly offsets: readonly number[];
  /** Line of the instruction, from 1. */
  readonly line: number;
}

/** RUN instructions in shell form of a Dockerfile without here-documents: enough for the real ones that tests read. */
export function runTexts(dockerfile: string): RunText[] {
  const lines = dockerfile.split('\n');
  const found: RunText[] = [];
  for (let index = 0, start = 0; index < lines.length; start += lines[index]!.length + 1, index++) {
    const run = /^\s*RUN\s+(?:--\S+\s+)*/i.exec(lines[index]!);
    if (run === null) continue;
    const begin = { line: index + 1, text: '', offsets: [] as number[] };
    let from = run[0].length;
    for (;;) {
      const line = lines[index]!;
      const continued = /\\[ \t]*\r?$/.exec(line);
      const isDropped = begin.text !== '' && /^\s*(#|$)/.test(line);
      const to = isDropped ? from : (continued?.index ?? line.length);
      begin.text += line.slice(from, to);
      for (let at = from; at < to; at++) begin.offsets.push(start + at);
      if ((continued === null && !isDropped) || index + 1 >= lines.length) {
        begin.offsets.push(start + to);
        break;
      }
      start += line.length + 1;
      index++;
      from = 0;
    }
    if (!begin.text.startsWith('[')) found.push(begin);
  }
  return found;
}
