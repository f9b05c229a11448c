import { setTimeout as sleep } from 'node:timers/promises';
import type { Job } from '../../src/server/contract/index.ts';
import type { Answer, Caller } from '../make/test-server.ts';
import { imageOf } from '../rejudge/fleet-store.ts';

/** Something that a client asks for once, as often as it takes to hear that it is done. */
export interface Wish {
  readonly key: string;
  readonly kind: 'scan' | 'record' | 'waiver' | 'policy';
  readonly number: number;
}

/** What a wish came to, as the answer said: job, image, waiver, or the wish's own line in the policy. */
export interface Granted {
  readonly wish: Wish;
  readonly what: string;
}

export function wishes(count: number, kinds: readonly Wish['kind'][]): readonly Wish[] {
  return Array.from({ length: count }, (_, number) => {
    const kind = kinds[number % kinds.length]!;
    return { key: `${kind}-${number}`, kind, number };
  });
}

interface Told {
  readonly code: string;
}
type Refusal = Answer<Told>;

/** Lanes of clients that take wishes one after the other, and ask for each again until it is granted. */
export class Clients {
  readonly granted: Granted[] = [];
  /** Answers that were no success, by status and code. */
  readonly refused = new Map<string, number>();
  /** Failures of the server that were no problem document, or did not say when to ask again. */
  readonly unmannered: string[] = [];
  readonly done: Promise<void>;
  readonly #images: readonly string[];
  readonly #call: () => Promise<Caller>;

  /** @param call gives whoever serves now, and waits while nobody does. */
  constructor(
    list: readonly Wish[],
    {
      lanes,
      call,
      images = [],
    }: { readonly lanes: number; call(): Promise<Caller>; readonly images?: readonly string[] },
  ) {
    this.#images = images;
    this.#call = call;
    let next = 0;
    const lane = async (): Promise<void> => {
      while (next < list.length) await this.#grant(list[next++]!);
    };
    this.done = Promise.all(Array.from({ length: lanes }, lane)).then(() => undefined);
    this.done.catch(() => undefined);
  }

  /** Resolves when so many were granted. */
  async until(count: number): Promise<void> {
    const waiting = async (): Promise<void> => {
      while (this.granted.length < count) await sleep(1);
    };
    await Promise.race([waiting(), this.done]);
  }

  async #grant(wish: Wish): Promise<void> {
    for (;;) {
      const caller = await this.#call();
      const answer = await this.#ask(caller, wish).catch(() => undefined);
      if (typeof answer === 'string') return void this.granted.push({ wish, what: answer });
      this.#note(wish, answer);
      await sleep(20);
    }
  }

  #note(wish: Wish, answer: Refusal | undefined): void {
    const what = answer === undefined ? 'no answer' : `${answer.status} ${answer.body.code}`;
    this.refused.set(what, (this.refused.get(what) ?? 0) + 1);
    if (answer === undefined) return;
    const { status, headers, body } = answer;
    // What is wrong does not get right by asking again.
    if (status < 500 && ![409, 412, 428, 429].includes(status))
      throw new Error(`${wish.key}: ${status} ${JSON.stringify(body)}`);
    const isProblem = headers.get('content-type')?.startsWith('application/problem+json') === true;
    if (status >= 500 && (!isProblem || headers.get('retry-after') === null))
      this.unmannered.push(`${status} ${JSON.stringify(body)}`);
  }

  /** What was granted, or the answer that says that it was not. */
  async #ask(call: Caller, wish: Wish): Promise<string | Refusal> {
    const headers = { 'idempotency-key': wish.key };
    const { number } = wish;
    if (wish.kind === 'policy') return changePolicy(call, wish);
    if (wish.kind === 'scan') {
      const reference = this.#images[number % this.#images.length]!;
      const answer = await call<Job & Told>('POST', '/v1/scans', { reference }, headers);
      return answer.status === 202 ? answer.body.id : answer;
    }
    if (wish.kind === 'record') {
      const record = imageOf(10_000 + number, ['left@1.0.0', `own-${number}@1.0.0`]);
      const upload = { record, reference: `shop/n${number}:1` };
      const answer = await call<{ image: string } & Told>('POST', '/v1/records', upload, headers);
      return answer.status === 201 ? answer.body.image : answer;
    }
    const body = { text: waiver(wish), reason: 'a test' };
    const answer = await call<{ id: string } & Told>('POST', '/v1/waivers', body, headers);
    return answer.status === 201 ? answer.body.id : answer;
  }
}

/** Changes a policy as an editor does; whoever finds their own text there was heard before. */
async function changePolicy(call: Caller, { key }: Wish): Promise<string | Refusal> {
  const read = await call<{ text: string; version: number } & Told>('GET', '/v1/policies/ours');
  if (read.status !== 200 && read.status !== 404) return read;
  const isThere = read.status === 200;
  if (isThere && read.body.text.includes(`# ${key}\n`)) return key;
  const text = `${isThere ? read.body.text : policy}# ${key}\n`;
  const headers: Record<string, string> = isThere ? { 'if-match': `"${read.body.version}"` } : {};
  const answer = await call<Told>('PUT', '/v1/policies/ours', { text, why: key }, headers);
  return answer.status === 200 ? key : answer;
}

const policy = 'apiVersion: plimsoll.dev/v1\nkind: Policy\nmetadata: { name: ours }\nrules: {}\n';

function waiver({ key, number }: Wish): string {
  return `apiVersion: plimsoll.dev/v1
kind: Waivers
waivers:
  - id: ${key}
    finding: CVE-2026-${1000 + number}
    owner: shop
    reason: nobody reaches it
    expires: 2099-01-01
`;
}
