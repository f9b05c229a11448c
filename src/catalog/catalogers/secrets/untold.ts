import type { Problem } from '../../../model/index.ts';
import { type CatalogFile, fileProblem } from '../../cataloger.ts';

interface Rest {
  readonly line: number;
  count: number;
}

/** What a text holds beyond what is told of it, to be said in problems. */
export class Untold {
  readonly #secrets = new Map<string, Rest>();
  readonly #keys = new Map<'private key' | 'certificate', Rest>();
  #restLine: number | undefined;

  /** A secret that is not told, in the order of the text. */
  secret(rule: string, line: number): void {
    add(this.#secrets, rule, line);
  }

  /** A PEM block that is not read. Only its label is looked at: signatures and public keys would have told nothing. */
  pemBlock(bytes: Uint8Array, at: number, lineOf: (at: number) => number): void {
    const label = Buffer.from(bytes.buffer, bytes.byteOffset + at, Math.min(48, bytes.length - at)).toString('latin1');
    if (/^-----BEGIN [A-Z0-9 ]{0,24}PRIVATE KEY|^PuTTY/.test(label)) add(this.#keys, 'private key', lineOf(at));
    else if (/^-----BEGIN [A-Z0-9 ]{0,24}CERTIFICATE-----/.test(label)) add(this.#keys, 'certificate', lineOf(at));
  }

  /** So much was found that from this line on it was not even kept to be counted. */
  rest(line: number): void {
    this.#restLine = line;
  }

  problems(file: CatalogFile, { maxOfOneRule, maxPemBlocks }: Record<'maxOfOneRule' | 'maxPemBlocks', number>) {
    const problems: Problem[] = [];
    const say = (message: string, hides: Problem['hides']): void => {
      problems.push(fileProblem('secrets', file, { code: 'too-many-secrets', message, hides }));
    };
    for (const [rule, rest] of this.#secrets)
      say(`${maxOfOneRule} secrets of rule ${rule} are told, ${text(rest)} not`, 'secrets');
    for (const [what, rest] of this.#keys)
      say(
        `${maxPemBlocks} PEM blocks are read, ${text(rest, ` (${what})`)} not`,
        what === 'certificate' ? 'certificates' : 'secrets',
      );
    if (this.#restLine !== undefined)
      say(`more than can be counted looks like a secret: from line ${this.#restLine} on some are not told`, 'secrets');
    return problems;
  }
}

function add<Key>(map: Map<Key, Rest>, key: Key, line: number): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, { line, count: 1 });
  else known.count++;
}

function text({ count, line }: Rest, what = ''): string {
  return count === 1 ? `1 more${what} in line ${line} is` : `${count} more${what} from line ${line} on are`;
}
