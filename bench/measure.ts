import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** One run of a command as a whole process. */
export interface Run {
  readonly wallMs: number;
  /** Peak memory of the largest process, MiB; NaN where /usr/bin/time is missing. */
  readonly peakMib: number;
  readonly status: number;
}

/** What several runs came to. */
export interface Figure {
  readonly medianMs: number;
  readonly minMs: number;
  readonly maxMs: number;
  readonly peakMib: number;
  readonly status: number;
}

export interface Subject {
  readonly name: string;
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Before each run, not measured. */
  prepare?(): void;
}

/** Runs subjects in turn, A B C A B C …, after one warm-up each, so that a machine that drifts drifts for all. */
export function measureInTurn(subjects: readonly Subject[], rounds: number): Map<string, Figure> {
  const runs = new Map<string, Run[]>(subjects.map(({ name }) => [name, []]));
  for (let round = -1; round < rounds; round++)
    for (const subject of subjects) {
      const run = once(subject);
      if (round >= 0) runs.get(subject.name)!.push(run);
    }
  return new Map([...runs].map(([name, list]) => [name, figureOf(list)]));
}

function once({ command, env, prepare }: Subject): Run {
  prepare?.();
  const report = path.join(os.tmpdir(), `plimsoll-time-${process.pid}`);
  const timed = fs.existsSync('/usr/bin/time') ? ['/usr/bin/time', '-o', report, '-f', '%M', ...command] : command;
  const began = performance.now();
  const { status, error } = spawnSync(timed[0]!, timed.slice(1), {
    stdio: ['ignore', 'ignore', 'ignore'],
    env: { ...process.env, ...env },
  });
  const wallMs = performance.now() - began;
  if (error !== undefined) throw error;
  const text = fs.existsSync(report) ? fs.readFileSync(report, 'utf8').trim().split('\n').at(-1)! : 'NaN';
  fs.rmSync(report, { force: true });
  return { wallMs, peakMib: Number(text) / 1024, status: status ?? -1 };
}

function figureOf(runs: readonly Run[]): Figure {
  const times = runs.map(({ wallMs }) => wallMs).sort((a, b) => a - b);
  return {
    medianMs: times[times.length >> 1]!,
    minMs: times[0]!,
    maxMs: times.at(-1)!,
    peakMib: Math.max(...runs.map(({ peakMib }) => peakMib)),
    status: runs.at(-1)!.status,
  };
}

/** Prints a table of figures, each as a ratio to the floor. */
export function printFigures(title: string, figures: ReadonlyMap<string, Figure>, floor: string): void {
  const base = figures.get(floor)!.medianMs;
  process.stdout.write(
    `\n${title}\n${'what'.padEnd(34)} ${'median'.padStart(9)} ${'min–max'.padStart(17)} ${'peak'.padStart(9)}  ratio\n`,
  );
  for (const [name, { medianMs, minMs, maxMs, peakMib, status }] of figures) {
    if (status !== 0 && status !== 2 && status !== 3) {
      process.stdout.write(`${name.padEnd(34)} no figure: it ended with ${status}\n`);
      continue;
    }
    const peak = Number.isNaN(peakMib) ? '–' : `${peakMib.toFixed(0)} MiB`;
    process.stdout.write(
      `${name.padEnd(34)} ${ms(medianMs).padStart(9)} ${`${ms(minMs)}–${ms(maxMs)}`.padStart(17)} ${peak.padStart(9)}  ${(medianMs / base).toFixed(2)}x\n`,
    );
  }
}

function ms(value: number): string {
  return value >= 1000 ? `${(value / 1000).toFixed(2)} s` : `${value.toFixed(0)} ms`;
}
