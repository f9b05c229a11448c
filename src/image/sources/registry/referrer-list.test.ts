import { expect, test } from 'vitest';
import { sha256Digest } from '../../../model/index.ts';
import { type ListPlace, listReferrer, unlistReferrer } from './referrer-list.ts';

const digest = (letter: string) => sha256Digest(letter.repeat(64));
const entry = (letter: string) => ({
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  digest: digest(letter),
  size: 7,
});
const subject = digest('a');

/** A repository of one tag, into which somebody else writes whenever we did: that no real registry can be made to do in time. */
function placeWith(first: string | undefined, meddle: (text: string) => string = (text) => text) {
  let text = first;
  const removed: string[] = [];
  const place: ListPlace = {
    label: 'registry.example.com/shop/cart',
    fetch: (tag) => {
      expect(tag).toBe(`sha256-${'a'.repeat(64)}`);
      return Promise.resolve(text === undefined ? undefined : { digest: digest('9'), bytes: Buffer.from(text) });
    },
    put: (bytes) => Promise.resolve(void (text = meddle(Buffer.from(bytes).toString('utf8')))),
    remove: (gone) => Promise.resolve(void removed.push(gone)),
  };
  return { place, removed, manifests: () => (JSON.parse(text!) as { manifests: unknown[] }).manifests };
}
const listOf = (...letters: string[]): string =>
  JSON.stringify({ schemaVersion: 2, annotations: { by: 'another' }, manifests: letters.map(entry) });

test('what refers to an image is listed once, beside what others listed', async () => {
  const { place, manifests } = placeWith(listOf('b'));
  await listReferrer(place, subject, entry('c'));
  await listReferrer(place, subject, entry('c'));
  expect(manifests()).toEqual([entry('b'), entry('c')]);
});

test('it is taken out alone; a list of nothing goes whole', async () => {
  const { place, removed, manifests } = placeWith(listOf('b', 'c'));
  await unlistReferrer(place, subject, digest('c'));
  await unlistReferrer(place, subject, digest('d'));
  expect([manifests(), removed]).toEqual([[entry('b')], []]);
  await unlistReferrer(place, subject, digest('b'));
  expect(removed).toEqual([digest('9')]);
  const { place: empty } = placeWith(undefined);
  await unlistReferrer(empty, subject, digest('b'));
});

test('who writes at the same time without end is told of, never passed over', async () => {
  await expect(
    listReferrer(placeWith(listOf('b'), () => listOf('b')).place, subject, entry('c')),
  ).rejects.toMatchObject({
    code: 'referrer-not-listed',
  });
  const stubborn = placeWith(listOf('b', 'c'), () => listOf('b', 'c')).place;
  await expect(unlistReferrer(stubborn, subject, digest('c'))).rejects.toMatchObject({ code: 'referrer-still-listed' });
});

test.each(['', 'not JSON', '[]', '{"manifests":3}', '{"schemaVersion":2,"manifests":[{}]}'])(
  'a tag that is no list (%j) is left alone',
  async (text) => {
    const { place, removed } = placeWith(text, () => expect.unreachable());
    await expect(unlistReferrer(place, subject, digest('c'))).rejects.toMatchObject({ code: 'bad-manifest' });
    await expect(listReferrer(place, subject, entry('c'))).rejects.toMatchObject({ code: 'bad-manifest' });
    expect(removed).toEqual([]);
  },
);
