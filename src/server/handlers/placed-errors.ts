import type { CodedError } from '../../model/index.ts';

/** A mistake in a text that somebody writes, with its place. */
export interface PlacedError {
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly hint?: string;
}

/** `policy:3:7: what is wrong`, a line each, as places; what has none stands at the beginning. */
export function placedErrors({ message, hint }: CodedError, fileName: string): PlacedError[] {
  const begins = `${fileName}:`;
  return message.split('\n').map((text) => {
    const line = text.trim();
    const rest = line.startsWith(begins) ? line.slice(begins.length) : line;
    const match = /^(\d+):(\d+):\s*(.*)$/.exec(rest);
    return {
      line: Number(match?.[1] ?? 1),
      column: Number(match?.[2] ?? 1),
      message: match?.[3] ?? rest.trim(),
      ...(hint === undefined ? {} : { hint }),
    };
  });
}
