import type { Word } from './syntax.ts';
import type { StageGraph } from './stages.ts';
import { expandWord } from './variables/expansion.ts';
import type { ExposeInstruction } from './syntax.ts';

/** `[ip:][host:]port[-port][/protocol]` as EXPOSE has it. */
export interface ExposedPort {
  readonly word: Word;
  /** What was written, or what its variables made of it. */
  readonly text: string;
  /** Whether `text` is what was written. */
  readonly isLiteral: boolean;
  /** Of the container, as written: `80`, `8000-8100`. */
  readonly port: string;
  /** In the case it was written in; empty where none is. */
  readonly protocol: string;
  /** Address or port of a host before the container's. */
  readonly isMapping: boolean;
}

/** The ports of an EXPOSE; those whose variables aren't known are left out. */
export function portsOf(instruction: ExposeInstruction, graph: StageGraph): readonly ExposedPort[] {
  return instruction.ports.flatMap((word) => {
    const expanded = expandWord(word.text, graph.scopeOf(instruction));
    if (expanded.text === undefined || expanded.uses.some(({ state }) => state === 'unset')) return [];
    return expanded.text
      .split(/\s+/)
      .filter((text) => text !== '')
      .map((text) => {
        const [place = '', protocol = ''] = splitAt(text, '/');
        const colon = place.lastIndexOf(':');
        const isLiteral = text === word.text;
        return { word, text, isLiteral, port: place.slice(colon + 1), protocol, isMapping: colon !== -1 };
      });
  });
}

function splitAt(text: string, separator: string): readonly string[] {
  const at = text.indexOf(separator);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
