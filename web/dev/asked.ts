/** How much the stand-in has. */
export type Amount = 'nothing' | 'little' | 'many';

/** What is answered with a status of its own. */
export class Refused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export const day = 86_400_000;
export const hour = 3_600_000;

/** A request to the stand-in. */
export interface Asked {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
}
