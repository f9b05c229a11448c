import type { ServerClient } from '../flows/server-client/index.ts';
import { CodedError } from '../model/index.ts';
import { ask } from './ask-server.ts';

/** The digest of what somebody names. @throws CodedError `not-found`, `image-ambiguous` */
export async function digestThere(server: ServerClient, image: string): Promise<string> {
  const whole = /(?:^|@)(sha256:[0-9a-f]{64})$/.exec(image)?.[1];
  if (whole !== undefined) return whole;
  const { items } = await ask(server, 'listImages', { query: { q: image, limit: 100 } });
  const hex = image.replace(/^sha256:/, '');
  const called = items.filter(({ references }) => references.includes(image));
  const found =
    called.length > 0 ? called : items.filter(({ digest }) => digest.slice('sha256:'.length).startsWith(hex));
  // Names move on: the one that was kept last is what it means now.
  const first = found[0];
  if (first === undefined)
    throw new CodedError('not-found', `${server.url} keeps no image ${image}`, {
      hint: 'plimsoll scan IMAGE --server sends its record',
    });
  return first.digest;
}
