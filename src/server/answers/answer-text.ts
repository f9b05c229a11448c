import { hash } from 'node:crypto';

/** An answer as it is sent, with what tells it apart from others: made once, sent often. */
export class AnswerText {
  /** JSON, UTF-8. */
  readonly body: Buffer;
  readonly etag: string;

  constructor(answer: unknown) {
    this.body = Buffer.from(typeof answer === 'string' ? answer : JSON.stringify(answer));
    this.etag = etagOf(this.body);
  }
}

export function etagOf(body: string | Buffer): string {
  return `"${hash('sha256', body, 'hex').slice(0, 24)}"`;
}
