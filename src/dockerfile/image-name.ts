/** The parts of an image reference as written. (distribution/reference, "Grammar".) */
export interface ImageName {
  /** `docker.io` where none is named. */
  readonly registry: string;
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
  /** Where the name ends, before tag and digest. */
  readonly nameEnd: number;
}

const part = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const repositoryPattern = new RegExp(`^${part}(?:/${part})*$`);
const registryPattern =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[0-9a-fA-F:]+\])(?::[0-9]+)?$/;
const tagPattern = /^\w[\w.-]{0,127}$/;
const digestPattern = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/;

/** Undefined where it can't be the name of an image. */
export function parseImageName(reference: string): ImageName | undefined {
  if (reference.length > 1024) return undefined;
  const at = reference.indexOf('@');
  const digest = at === -1 ? undefined : reference.slice(at + 1);
  const rest = at === -1 ? reference : reference.slice(0, at);
  const colon = rest.indexOf(':', rest.lastIndexOf('/') + 1);
  const tag = colon === -1 ? undefined : rest.slice(colon + 1);
  const name = colon === -1 ? rest : rest.slice(0, colon);
  const slash = name.indexOf('/');
  const first = slash === -1 ? '' : name.slice(0, slash);
  const hasRegistry =
    first.includes('.') || first.includes(':') || first === 'localhost' || first !== first.toLowerCase();
  const registry = hasRegistry ? first : 'docker.io';
  const path = hasRegistry ? name.slice(slash + 1) : name;
  const repository = registry === 'docker.io' && !path.includes('/') ? `library/${path}` : path;
  const isRight =
    registryPattern.test(registry) &&
    repositoryPattern.test(repository) &&
    repository.length < 256 &&
    (tag === undefined || tagPattern.test(tag)) &&
    (digest === undefined || digestPattern.test(digest));
  return isRight ? { registry, repository, tag, digest, nameEnd: name.length } : undefined;
}
