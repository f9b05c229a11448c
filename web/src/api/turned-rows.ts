import type { QueryClient } from '@tanstack/react-query';
import { get } from './client.ts';
import type { Container, LiveEvent, PageOf } from './contract.ts';

/**
 * A verdict that turned, or came where there was none, goes where containers of that image are listed: their rows stay where they are,
 * so that nobody has to ask for it.
 */

interface ContainerPages {
  readonly pages: readonly PageOf<Container>[];
  readonly pageParams: unknown;
}

/** Images of which something was told, and whether a record came: a row that has none does not say yet of which image it is. */
const waiting = new Map<string, { readonly isRecord: boolean }>();
let timer: ReturnType<typeof setTimeout> | undefined;
const waitMs = 300;
/** Of more images than these the lists are read anew instead. */
const most = 20;

/** Several events in a moment are one question an image. */
export function turnRows(client: QueryClient, event: LiveEvent): void {
  if (event.kind !== 'verdict' && event.kind !== 'image') return;
  waiting.set(event.image, { isRecord: event.kind === 'image' || waiting.get(event.image)?.isRecord === true });
  timer ??= setTimeout(() => {
    timer = undefined;
    const images = [...waiting].filter(([image, { isRecord }]) => isShown(client, image, isRecord));
    waiting.clear();
    if (images.length > most) void client.invalidateQueries({ queryKey: ['containers'] });
    else void Promise.all(images.map(([image]) => putInPlace(client, image)));
  }, waitMs);
}

function isShown(client: QueryClient, image: string, isRecord: boolean): boolean {
  return client
    .getQueriesData<ContainerPages>({ queryKey: ['containers'] })
    .some(([, data]) =>
      data?.pages.some(({ items }) =>
        items.some((row) => row.image === image || (isRecord && row.verdict === 'unknown')),
      ),
    );
}

async function putInPlace(client: QueryClient, image: string): Promise<void> {
  let items: readonly Container[];
  try {
    ({ items } = await get<PageOf<Container>>('/v1/containers', { image, limit: 1000 }));
  } catch {
    // What cannot be asked now is read when the list is; it says itself that the server is not heard.
    return void client.invalidateQueries({ queryKey: ['containers'] });
  }
  const now = new Map(items.map((row) => [row.id, row]));
  client.setQueriesData<ContainerPages>({ queryKey: ['containers'] }, (data) => {
    if (data?.pages.some((page) => page.items.some(({ id }) => now.has(id))) !== true) return data;
    const pages = data.pages.map((page) => ({ ...page, items: page.items.map((row) => now.get(row.id) ?? row) }));
    return { ...data, pages };
  });
}
