import { looksLikeStage, outsideImages } from '../outside-images.ts';
import type { DockerfileRule } from '../rule.ts';

/** Images from registries that are allowed. */
export const trustedRegistry: DockerfileRule = {
  name: 'trusted-registry',
  summary: 'Images from outside come from trusted registries.',
  explanation:
    'With trusted registries in the settings (--trusted-registry, trustedRegistries), every image must come from one of them: a host (ghcr.io, *.example.com) or a host and the beginning of a path (ghcr.io/shop). Without any, this says nothing.',
  category: 'supply-chain',
  severity: 'error',
  aliases: ['DL3026'],
  check(_, { graph, settings: { trustedRegistries } }) {
    if (trustedRegistries.length === 0) return [];
    return outsideImages(graph).flatMap((image) => {
      const { name, span, reference } = image;
      const place = `${name.registry}/${name.repository}`;
      if (looksLikeStage(image) || trustedRegistries.some((trusted) => isBelow(place, trusted))) return [];
      return [
        {
          span,
          message: `${reference.slice(0, 120)} comes from ${name.registry}, which is not trusted`,
          advice: `take it from ${trustedRegistries.slice(0, 4).join(', ')}`,
        },
      ];
    });
  },
};

function isBelow(place: string, trusted: string): boolean {
  const wanted = trusted.replace(/\/+$/, '').toLowerCase();
  if (wanted === '*') return true;
  const slash = wanted.indexOf('/');
  const host = slash === -1 ? wanted : wanted.slice(0, slash);
  const path = slash === -1 ? '' : wanted.slice(slash + 1);
  const at = place.indexOf('/');
  const [registry, repository] = [place.slice(0, at).toLowerCase(), place.slice(at + 1)];
  const isHub = ['hub.docker.com', 'index.docker.io', 'registry-1.docker.io'].includes(host);
  if (host.startsWith('*.') ? !registry.endsWith(host.slice(1)) : registry !== (isHub ? 'docker.io' : host))
    return false;
  return path === '' || path === '*' || repository === path || repository.startsWith(`${path.replace(/\/?\*$/, '')}/`);
}
