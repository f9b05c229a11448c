import { setTimeout as sleep } from 'node:timers/promises';

/** Reads server-sent events as a browser does: it comes back by itself, and says what it has seen. */
export class EventReader {
  readonly seen: { readonly id: string; readonly kind: string }[] = [];
  /** How often the stream was opened. */
  opened = 0;
  #isOver = false;
  #stop = new AbortController();

  constructor(url: () => Promise<string>, secret: string) {
    void this.#read(url, secret);
  }

  close(): void {
    this.#isOver = true;
    this.#stop.abort();
  }

  async #read(url: () => Promise<string>, secret: string): Promise<void> {
    while (!this.#isOver) {
      await this.#follow(await url(), secret).catch(() => undefined);
      await sleep(50);
    }
  }

  async #follow(url: string, secret: string): Promise<void> {
    const last = this.seen.at(-1)?.id;
    const answer = await fetch(new URL('/v1/events', url), {
      headers: { authorization: `Bearer ${secret}`, ...(last === undefined ? {} : { 'last-event-id': last }) },
      signal: this.#stop.signal,
    });
    if (answer.status !== 200) return void (await answer.body?.cancel());
    this.opened++;
    let text = '';
    for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
      const blocks = (text + chunk).split('\n\n');
      text = blocks.pop()!;
      for (const block of blocks) {
        const [, id, kind] = /^id: (.*)\nevent: (.*)\n/.exec(block) ?? [];
        if (id !== undefined && kind !== undefined) this.seen.push({ id, kind });
        else if (block.startsWith('event: reset')) this.seen.push({ id: '0-0', kind: 'reset' });
      }
    }
  }
}
