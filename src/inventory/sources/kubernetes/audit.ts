import { badAnswer, listAt, numberAt, parseAnswer, textAt, timeAt } from '../../members.ts';
import type { Deed, DeedAction, Who } from '../../source.ts';

const largestBytes = 4 << 20;
const mostEvents = 1000;

const actionOf: Readonly<Record<string, DeedAction>> = {
  exec: 'container.exec',
  attach: 'container.attach',
  portforward: 'container.forward',
};

/** Something that somebody did to a running container, as the cluster's audit log has it. */
export interface AuditedDeed {
  readonly deed: Deed;
  /** `namespace/pod/container`: as containers are named that the cluster tells of. The container's part is missing where nobody named it. */
  readonly container: string;
}

/**
 * Reads what a cluster's API server posts to an audit webhook (audit.k8s.io/v1 EventList): who started a command in a container,
 * attached to one, or had a port of one forwarded. Everything else in it is left out.
 * @throws CodedError `bad-source-answer`
 */
export function parseAudit(
  body: Uint8Array,
  { now, redact }: { readonly now: Date; redact(text: string): string },
): readonly AuditedDeed[] {
  if (body.length > largestBytes) throw badAnswer(`the audit events have more than ${largestBytes} bytes`);
  const list = parseAnswer(body, 'the audit events');
  if (textAt(list, 'kind') !== 'EventList' || textAt(list, 'apiVersion') !== 'audit.k8s.io/v1')
    throw badAnswer('these are no audit events: not an EventList of audit.k8s.io/v1');
  return listAt(list, ['items'], mostEvents).flatMap((event) => deedOf(event, now, redact) ?? []);
}

function deedOf(event: unknown, now: Date, redact: (text: string) => string): AuditedDeed | undefined {
  const subresource = textAt(event, 'objectRef', 'subresource') ?? '';
  const action = Object.hasOwn(actionOf, subresource) ? actionOf[subresource] : undefined;
  const [namespace, pod] = [textAt(event, 'objectRef', 'namespace'), textAt(event, 'objectRef', 'name')];
  if (action === undefined || textAt(event, 'objectRef', 'resource') !== 'pods') return undefined;
  if (namespace === undefined || pod === undefined || !hasBegun(event)) return undefined;
  const asked = new URLSearchParams((textAt(event, 'requestURI') ?? '').split('?')[1] ?? '');
  const container = asked.get('container')?.slice(0, 256) ?? '';
  const command = asked.getAll('command').join(' ').slice(0, 4096);
  const at = timeAt(event, ['requestReceivedTimestamp'], now);
  const by = whoOf(event);
  const from = listAt(event, ['sourceIPs'], 1)[0];
  const name = container === '' ? `${namespace}/${pod}` : `${namespace}/${pod}/${container}`;
  return {
    container: name,
    deed: {
      action,
      subject: { kind: 'pod', name },
      ...(at === undefined ? {} : { at }),
      ...(by === undefined ? {} : { by }),
      ...(typeof from === 'string' && from !== '' ? { from: from.slice(0, 256) } : {}),
      details: {
        container: name,
        ...(command === '' ? {} : { command: redact(command) }),
        tty: asked.get('tty') === 'true' ? true : undefined,
        program: textAt(event, 'userAgent')?.slice(0, 256),
        event: textAt(event, 'auditID')?.slice(0, 64),
      },
    },
  };
}

/** Long requests are told of when they begin and when they end: the beginning counts, and what was refused never begins. */
function hasBegun(event: unknown): boolean {
  return textAt(event, 'stage') === 'ResponseStarted' && (numberAt(event, 'responseStatus', 'code') ?? 101) < 400;
}

/** The account by which the cluster knew them; whoever acts for somebody else is the one who acts. */
function whoOf(event: unknown): Who | undefined {
  const name = textAt(event, 'user', 'username');
  if (name === undefined || name === '') return undefined;
  const acted = textAt(event, 'impersonatedUser', 'username');
  // system:serviceaccount:…, system:node:…: names that the cluster gives to programs.
  const isProgram = name.startsWith('system:');
  return {
    kind: isProgram ? 'automation' : 'human',
    name: acted === undefined ? name : `${name} as ${acted}`,
    known: 'kubernetes: the account in its audit log',
  };
}
