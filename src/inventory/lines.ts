import { badAnswer } from './members.ts';

/**
 * A stream of bytes as lines, without their ends; empty ones are left out.
 * @throws CodedError `bad-source-answer` where one is longer than is allowed.
 */
export async function* linesOf(
  chunks: AsyncIterable<Uint8Array>,
  longestBytes: number,
  what: string,
): AsyncGenerator<Buffer, void, void> {
  let parts: Buffer[] = [];
  let heldBytes = 0;
  for await (const chunk of chunks) {
    let rest = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      parts.push(rest.subarray(0, end));
      if (heldBytes + end > longestBytes) throw tooLong(what, longestBytes);
      const line = Buffer.concat(parts);
      [parts, heldBytes] = [[], 0];
      rest = rest.subarray(end + 1);
      if (line.length > 0) yield line;
    }
    if (rest.length === 0) continue;
    heldBytes += rest.length;
    if (heldBytes > longestBytes) throw tooLong(what, longestBytes);
    parts.push(rest);
  }
  if (heldBytes > 0) yield Buffer.concat(parts);
}

function tooLong(what: string, longestBytes: number) {
  return badAnswer(`${what} has a line of more than ${longestBytes} bytes`);
}
