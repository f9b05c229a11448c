import { labelsAt, numberAt, textAt } from '../../members.ts';
import type { Deed } from '../../source.ts';

/** An event of the engine (Docker Engine API, SystemEvents). */
export interface EngineEvent {
  readonly type: string;
  /** `start`, `exec_start: /bin/sh -c …` */
  readonly action: string;
  readonly id: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly at: Date;
  /** Nanoseconds since 1970, as text: a number would lose the last digits. */
  readonly nanoseconds: string;
}

/** What we ask for: names of events before a colon. */
export const wantedEvents = {
  type: ['container', 'image'],
  event: [
    ...['start', 'die', 'destroy', 'rename', 'update', 'pause', 'unpause', 'health_status'],
    ...['exec_create', 'exec_start', 'exec_die', 'pull', 'push', 'load', 'import', 'tag', 'untag', 'delete'],
  ],
};

/** Reads one; undefined where it is none. @param line its JSON, of which the time is read apart. */
export function readEvent(value: unknown, line: string, now: Date): EngineEvent | undefined {
  const type = textAt(value, 'Type');
  const action = textAt(value, 'Action');
  const id = textAt(value, 'Actor', 'ID');
  if (type === undefined || action === undefined || id === undefined) return undefined;
  const nanoseconds = /"timeNano":(\d{1,20})[,}]/.exec(line)?.[1] ?? `${numberAt(value, 'time') ?? 0}000000000`;
  const ms = Number(BigInt(nanoseconds) / 1_000_000n);
  return {
    type,
    action,
    id,
    attributes: labelsAt(value, 'Actor', 'Attributes'),
    at: new Date(Math.min(Math.max(ms, 0), now.getTime())),
    nanoseconds,
  };
}

const imageActions = ['pull', 'push', 'load', 'import', 'tag', 'untag', 'delete'] as const;
const changes = ['pause', 'unpause', 'rename', 'update'] as const;

/** Attributes that are no labels of the container. */
const ownAttributes = new Set(['image', 'name', 'exitCode', 'execID', 'signal', 'oldName', 'execDuration']);

/** The labels that an event repeats. */
export function labelsOf({ attributes }: EngineEvent): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => !ownAttributes.has(name)));
}

/**
 * What an event tells the ledger, if it is for the ledger: execs, what is changed of a container, and what comes and goes in the
 * engine's store of images. That one started or ended is not told here: the ledger has it from what runs.
 * @param healthCommand what the container's health check runs, every few seconds: nobody asked for those.
 */
export function deedOf(
  event: EngineEvent,
  { healthCommand, redact }: { readonly healthCommand: string | undefined; redact(text: string): string },
): Deed | undefined {
  const { type, action, id, attributes, at } = event;
  if (type === 'image') {
    const done = imageActions.find((each) => each === action);
    if (done === undefined) return undefined;
    const name = attributes['name'] || undefined;
    return { action: `image.${done}`, subject: { kind: 'image', name: id.slice(0, 1024) }, at, details: { name } };
  }
  const change = changes.find((each) => each === action);
  if (type === 'container' && change !== undefined)
    return {
      action: `container.${change}`,
      subject: { kind: 'container', name: id },
      at,
      details: {
        container: attributes['name'],
        imageName: attributes['image'],
        // The engine says the old name with a slash before it.
        oldName: attributes['oldName']?.replace(/^\//, ''),
      },
    };
  const [, verb, command] = /^(exec_create|exec_start): ?([^]*)$/.exec(action) ?? [];
  if (type !== 'container' || verb === undefined) return undefined;
  if (healthCommand !== undefined && command === healthCommand) return undefined;
  return {
    action: verb === 'exec_start' ? 'container.exec' : 'container.exec-create',
    subject: { kind: 'container', name: id },
    at,
    details: {
      container: attributes['name'],
      imageName: attributes['image'],
      command: redact((command ?? '').slice(0, 4096)),
      exec: attributes['execID'],
    },
  };
}
