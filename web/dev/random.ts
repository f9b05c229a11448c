/** Numbers that look random and are the same every time (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** 0 ≤ x < 1 */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** 0 ≤ n < `below` */
  below(below: number): number {
    return Math.floor(this.next() * below);
  }

  one<T>(of: readonly T[]): T {
    return of[this.below(of.length)]!;
  }

  hex(length: number): string {
    let text = '';
    while (text.length < length) text += this.below(0x1000000).toString(16).padStart(6, '0');
    return text.slice(0, length);
  }
}
