import fs from 'node:fs';
import path from 'node:path';
import type * as secretsStage from '../../catalog/catalogers/secrets/index.ts';
import type { FileSecretFact, LintFacts } from '../../dockerfile/index.ts';

const mostFiles = 2_000;
const largestBytes = 1 << 20;
const mostBytes = 64 << 20;

type Scanner = typeof secretsStage;

/** Looks for secrets with the rules of scans: in texts, and in the content of a build context's files, each once. */
export class SecretFacts {
  readonly #scanner: Scanner;
  readonly #known = new Map<string, FileSecretFact | undefined>();
  #bytesLeft = mostBytes;

  private constructor(scanner: Scanner) {
    this.#scanner = scanner;
  }

  /** Loads the rules. */
  static async load(): Promise<SecretFacts> {
    return new SecretFacts(await import('../../catalog/catalogers/secrets/index.ts'));
  }

  /** What lint may ask of a context. */
  of(context: string): Pick<LintFacts, 'secretsIn' | 'secretInFile'> {
    return {
      secretsIn: (text) =>
        this.#hits(Buffer.from(text), '/.env').map(({ rule, secret, start, end }) => ({
          title: rule.title,
          redacted: this.#scanner.redacted(secret),
          start,
          end,
        })),
      secretInFile: (name) => {
        const file = path.join(context, name);
        if (!this.#known.has(file))
          this.#known.set(file, this.#known.size < mostFiles ? this.#look(file, name) : undefined);
        return this.#known.get(file);
      },
    };
  }

  #hits(bytes: Uint8Array, name: string): ReturnType<Scanner['scanForSecrets']>['secrets'] {
    return this.#scanner.scanForSecrets(bytes, name).secrets;
  }

  #look(file: string, name: string): FileSecretFact | undefined {
    const bytes = this.#read(file);
    const [hit] = bytes === undefined ? [] : this.#hits(bytes, `/${name}`);
    if (bytes === undefined || hit === undefined) return undefined;
    const line = bytes.subarray(0, hit.start).filter((byte) => byte === 10).length + 1;
    return { title: hit.rule.title, redacted: this.#scanner.redacted(hit.secret), line };
  }

  /** The content of a plain file that is text and not too large. */
  #read(file: string): Uint8Array | undefined {
    let descriptor: number | undefined;
    try {
      descriptor = fs.openSync(file, fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK);
      const stats = fs.fstatSync(descriptor);
      if (!stats.isFile() || stats.size > Math.min(largestBytes, this.#bytesLeft)) return undefined;
      this.#bytesLeft -= stats.size;
      const bytes = Buffer.allocUnsafe(stats.size);
      const text = bytes.subarray(0, fs.readSync(descriptor, bytes));
      return text.subarray(0, 8_000).includes(0) ? undefined : text;
    } catch {
      return undefined;
    } finally {
      if (descriptor !== undefined) fs.closeSync(descriptor);
    }
  }
}
