import { badAnswer, listAt, parseAnswer, textAt, timeAt } from '../../members.ts';

/** What a registry tells by itself: something was pushed, pulled, mounted or deleted. */
export interface RegistryEvent {
  readonly id: string;
  readonly action: 'push' | 'pull' | 'mount' | 'delete';
  /** `registry.example.com/shop/cart` */
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
  readonly at?: Date;
  /** Who, as the registry knows them; absent where it asks nobody for a name. */
  readonly actor?: string;
  /** The address from which they asked. */
  readonly from?: string;
}

const largestBytes = 4 << 20;
const mostEvents = 1000;

/**
 * Reads the envelope that distribution's registries post to an endpoint (notifications.md: `application/vnd.docker.distribution.events.v2+json`).
 * Events of blobs are left out: an image is what its manifest says.
 * @param registry the name of the registry that sends, since events know only the host that they were asked by.
 * @throws CodedError `bad-source-answer`
 */
export function parseNotifications(body: Uint8Array, registry: string, now: Date): readonly RegistryEvent[] {
  const what = `the notification of ${registry}`;
  if (body.length > largestBytes) throw badAnswer(`${what} has more than ${largestBytes} bytes`);
  const envelope = parseAnswer(body, what);
  return listAt(envelope, ['events'], mostEvents).flatMap((event) => eventOf(event, registry, now) ?? []);
}

const actions = ['push', 'pull', 'mount', 'delete'] as const;

function eventOf(event: unknown, registry: string, now: Date): RegistryEvent | undefined {
  const action = actions.find((each) => each === textAt(event, 'action'));
  const name = textAt(event, 'target', 'repository');
  const mediaType = textAt(event, 'target', 'mediaType') ?? '';
  if (action === undefined || name === undefined || !/^[a-z0-9][a-z0-9._/-]{0,254}$/.test(name)) return undefined;
  if (action !== 'delete' && !/manifest|index/.test(mediaType)) return undefined;
  const digest = textAt(event, 'target', 'digest');
  const tag = textAt(event, 'target', 'tag');
  const at = timeAt(event, ['timestamp'], now);
  const actor = textAt(event, 'actor', 'name');
  const from = textAt(event, 'request', 'addr');
  return {
    id: textAt(event, 'id') ?? '',
    action,
    repository: `${registry}/${name}`,
    ...(tag !== undefined && /^\w[\w.-]{0,127}$/.test(tag) ? { tag } : {}),
    ...(digest !== undefined && /^sha256:[0-9a-f]{64}$/.test(digest) ? { digest } : {}),
    ...(at === undefined ? {} : { at }),
    ...(actor ? { actor: actor.slice(0, 256) } : {}),
    ...(from ? { from: from.slice(0, 256) } : {}),
  };
}
