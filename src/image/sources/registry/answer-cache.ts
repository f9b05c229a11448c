import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What a registry last answered to questions whose answer may change: which digest a tag has, what refers to a digest.
 * Used instead of asking only without network, or as long as the caller allows.
 */
export interface AnswerCache {
  /** The answer, and when it was given; `null` where the registry had none. */
  get(question: string): { readonly answer: string | null; readonly atMs: number } | undefined;
  put(question: string, answer: string | null): void;
}

/** Keeps nothing. */
export const noAnswers: AnswerCache = { get: () => undefined, put: () => undefined };

const largestBytes = 4 << 20;

/** Answers of one repository, in a folder of the cache directory. A cache that can't be written is no error. */
export function answerCache(cacheDirectory: string, label: string): AnswerCache {
  const folder = join(cacheDirectory, 'answers');
  const fileOf = (question: string): string =>
    join(folder, createHash('sha256').update(`${label}\0${question}`).digest('hex'));
  return {
    get(question) {
      try {
        const file = fileOf(question);
        const { mtimeMs, size } = statSync(file);
        if (size > largestBytes) return undefined;
        const kept: unknown = JSON.parse(readFileSync(file, 'utf8'));
        if (typeof kept !== 'object' || kept === null || !('answer' in kept)) return undefined;
        const { answer } = kept;
        return answer === null || typeof answer === 'string' ? { answer, atMs: mtimeMs } : undefined;
      } catch {
        return undefined;
      }
    },
    put(question, answer) {
      try {
        mkdirSync(folder, { recursive: true });
        const draft = join(folder, `draft-${process.pid}-${randomUUID()}`);
        writeFileSync(draft, JSON.stringify({ label, question, answer }));
        renameSync(draft, fileOf(question));
      } catch {
        // Only speed is lost.
      }
    },
  };
}
