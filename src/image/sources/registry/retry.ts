import { setTimeout as sleep } from 'node:timers/promises';
import { CodedError } from '../../../model/index.ts';
import type { SourceOptions } from '../source.ts';

/** The tries that one request, or one blob, is granted: until an error comes that stays, or patience ends. */
export interface Tries {
  /**
   * A try failed in a way that may pass: waits for the next one, saying so.
   * @param why ends the sentence "… could not be read in 5 tries: ".
   * @param retryAfter the answer's header of that name (RFC 9110 § 10.2.3).
   * @throws CodedError `registry-unreachable` where patience ends.
   */
  again(why: string, retryAfter?: string): Promise<void>;
  /** Something came: patience begins anew. */
  progressed(): void;
}

interface TriesSettings extends Pick<SourceOptions, 'network' | 'onProgress'> {
  /** What is read, for messages: `registry.example.com/team/app`. */
  readonly label: string;
  readonly signal: AbortSignal;
}

/** Opens a count of tries, bounded in number and in time. */
export function openTries({ label, signal, network = {}, onProgress }: TriesSettings): Tries {
  const { maxTries = 5, maxTotalMs = 120_000, maxWaitMs = 60_000, retryBaseMs = 500 } = network;
  let tries = 1;
  let sinceMs = performance.now();

  return {
    async again(why, retryAfter) {
      const waitMs = askedWait(retryAfter) ?? Math.min(maxWaitMs, doubling(tries, retryBaseMs));
      if (waitMs > maxWaitMs) throw unreachable(label, `${why} and wants us to wait longer than we would`, tries);
      const elapsedMs = performance.now() - sinceMs;
      if (tries >= maxTries || elapsedMs + waitMs > maxTotalMs) throw unreachable(label, why, tries);
      tries++;
      const what = `before try ${tries} of ${maxTries}: ${label}: ${why}`;
      await pause(waitMs, signal, (leftMs) =>
        onProgress?.({ what: `waiting ${Math.ceil(leftMs / 1000)} s ${what}`, doneBytes: 0 }),
      );
    },
    progressed() {
      tries = 1;
      sinceMs = performance.now();
    },
  };
}

/** What Retry-After says, in milliseconds from now. */
function askedWait(retryAfter: string | undefined): number | undefined {
  if (retryAfter === undefined) return undefined;
  const askedMs = /^\d{1,9}$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - Date.now();
  return askedMs >= 0 ? askedMs : undefined;
}

/** With up to a quarter of chance, so that many clients do not come back at once. */
function doubling(tries: number, baseMs: number): number {
  return baseMs * 2 ** (tries - 1) * (1 + Math.random() / 4);
}

/** Waits, unless the work is called off; tells each second how long it still takes. */
async function pause(waitMs: number, signal: AbortSignal, tell: (leftMs: number) => void): Promise<void> {
  for (let leftMs = waitMs; leftMs > 0; leftMs -= 1000) {
    tell(leftMs);
    try {
      await sleep(Math.min(leftMs, 1000), undefined, { signal });
    } catch {
      throw signal.reason;
    }
  }
}

function unreachable(label: string, why: string, tries: number): CodedError {
  const counted = `${tries} ${tries === 1 ? 'try' : 'tries'}`;
  return new CodedError('registry-unreachable', `${label} could not be read in ${counted}: ${why}`, {
    hint: 'Is the registry up, and reachable from here?',
  });
}
