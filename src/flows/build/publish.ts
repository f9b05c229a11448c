import { parseReference } from '../../image/index.ts';
import type { Digest } from '../../model/index.ts';
import type { BuiltAndJudged } from './build-image.ts';
import { statementsOf } from './statements.ts';

/** How an image gets to where others take it from. */
export interface Publisher {
  /** Pushes an image under its digest alone. */
  push(layout: string, repository: string): Promise<Digest>;
  /** Signs it there. */
  sign(image: string): Promise<void>;
  /** Signs a statement about it there. */
  attest(image: string, predicateType: string, predicate: unknown): Promise<void>;
  /** Lets a tag lead to it. */
  tag(repository: string, digest: Digest, tag: string): Promise<void>;
}

/** Where an image can be had now. */
export interface Published {
  readonly reference: string;
  readonly digest: Digest;
}

/**
 * Publishes a built image under all its references. A tag moves last, when the image is there, signed and attested: whoever
 * pulls it meanwhile gets the old image or a whole new one, and what stops half-way leaves no tag that leads to it.
 */
export async function publish(built: BuiltAndJudged, publisher: Publisher, now: Date): Promise<readonly Published[]> {
  const { made } = built;
  const repositories = new Map<string, string[]>();
  for (const text of built.references) {
    const { registry, repository, tag = 'latest' } = parseReference(text);
    const name = `${registry}/${repository}`;
    repositories.set(name, [...(repositories.get(name) ?? []), tag]);
  }
  const published: Published[] = [];
  for (const [repository, tags] of repositories) {
    const digest = await publisher.push(made.layout, repository);
    const image = `${repository}@${digest}`;
    await publisher.sign(image);
    for (const { predicateType, predicate } of statementsOf(built, image, now))
      await publisher.attest(image, predicateType, predicate);
    for (const tag of tags) {
      await publisher.tag(repository, digest, tag);
      published.push({ reference: `${repository}:${tag}`, digest });
    }
  }
  return published;
}
