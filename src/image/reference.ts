import { CodedError, type Digest, parseDigest } from '../model/index.ts';

/** Which image in which registry (distribution-spec § Pulling manifests; Docker's familiar names filled in). */
export interface ImageReference {
  /** Host with its port, lower case: `docker.io`, `localhost:5000`, `[::1]:5000`. */
  readonly registry: string;
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: Digest;
}

const domainShape = /^(?:\[[0-9a-fA-F:]{2,45}\]|[A-Za-z0-9](?:[A-Za-z0-9.-]{0,253}[A-Za-z0-9])?)(?::\d{1,5})?$/;
const componentShape = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/;
const tagShape = /^\w[\w.-]{0,127}$/;

/**
 * Reads `[registry/]repository[:tag][@digest]`. Without registry it is Docker Hub, without tag and digest the tag is
 * `latest`.
 * @throws CodedError `bad-reference`, saying which part is wrong.
 */
export function parseReference(text: string): ImageReference {
  if (text.length === 0 || text.length > 1024)
    throw badReference(text, text === '' ? 'it is empty' : 'it is longer than 1,024 characters');
  const at = text.indexOf('@');
  const digest = at < 0 ? undefined : parseDigest(text.slice(at + 1));
  if (at >= 0 && digest === undefined) throw badReference(text, 'what follows @ is no sha256 or sha512 digest');
  const beforeDigest = at < 0 ? text : text.slice(0, at);
  const colon = beforeDigest.lastIndexOf(':');
  const hasTag = colon > beforeDigest.lastIndexOf('/');
  const tag = hasTag ? beforeDigest.slice(colon + 1) : digest === undefined ? 'latest' : undefined;
  if (tag !== undefined && !tagShape.test(tag)) throw badReference(text, `"${tag.slice(0, 40)}" is no tag`);
  const { registry, repository } = splitName(hasTag ? beforeDigest.slice(0, colon) : beforeDigest, text);
  return { registry, repository, tag, digest };
}

function splitName(name: string, text: string): { registry: string; repository: string } {
  const slash = name.indexOf('/');
  const first = slash < 0 ? '' : name.slice(0, slash);
  const isRegistry = first === 'localhost' || /[.:A-Z]/.test(first);
  if (isRegistry && !domainShape.test(first)) throw badReference(text, `"${first}" is no host`);
  const path = isRegistry ? name.slice(slash + 1) : name;
  for (const part of path.split('/'))
    if (part.length > 255 || !componentShape.test(part)) throw badReference(text, repositoryProblem(path, part));
  const registry = isRegistry ? first.toLowerCase() : 'docker.io';
  if (registry !== 'docker.io' && registry !== 'index.docker.io') return { registry, repository: path };
  return { registry: 'docker.io', repository: path.includes('/') ? path : `library/${path}` };
}

function repositoryProblem(path: string, part: string): string {
  if (part === '') return 'a part of the repository name is empty';
  if (/[A-Z]/.test(part)) return `repository names are lower case: "${path.toLowerCase()}"`;
  return `"${part.slice(0, 40)}" is no part of a repository name`;
}

function badReference(text: string, why: string): CodedError {
  const shown = JSON.stringify(text.slice(0, 200));
  return new CodedError('bad-reference', `${shown} is no image reference: ${why}`, {
    hint: 'Write it like registry.example.com/team/app:1.2 or app@sha256:…',
    kind: 'usage',
  });
}

/** The reference with everything filled in: `docker.io/library/debian:12`. */
export function fullName(reference: ImageReference): string {
  const name = `${reference.registry}/${reference.repository}`;
  const tagged = reference.tag === undefined ? name : `${name}:${reference.tag}`;
  return reference.digest === undefined ? tagged : `${tagged}@${reference.digest}`;
}
