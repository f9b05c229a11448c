import { canonicalJson } from './digest.ts';
import { imageNames } from './image-names.ts';
import { matchesPattern } from './pattern.ts';
import type { Policy, Scope, Waiver } from './policy.ts';
import { mayMeanImage } from './scopes.ts';

/** An image as patterns know it, without its record. */
export interface KnownImage {
  readonly digest: string;
  /** Those of its manifest and its configuration; others do no harm. */
  readonly otherDigests: readonly string[];
  /** The name by which it is judged. */
  readonly reference: string;
}

/**
 * Which images two policies may judge differently, in the scopes in which stored images are judged: `default`, and one scope at a
 * time. Of any other image both say the same, byte for byte but for the digest of the policy, and until the same moment. It may name
 * too many, never too few: what only a record would tell (labels, findings) counts as touched, but where `coveredBy` knows the digests
 * of all images in which a waiver may cover something.
 */
export function touchedImages(
  before: Policy,
  after: Policy,
  coveredBy: (waiver: Waiver) => ReadonlySet<string> | undefined = () => undefined,
): 'all' | ((image: KnownImage) => boolean) {
  if (before.name !== after.name || demandsOf(before) !== demandsOf(after)) return 'all';
  const scopes = [...before.scopes, ...after.scopes];
  const changedScopes = differentScopes(before, after);
  const changedWaivers = differentWaivers(before.waivers, after.waivers);
  return (image) => {
    const plain = [image.digest, image.reference];
    if (changedScopes.some(({ match }) => mayMeanImage(match, plain))) return true;
    const judgedIn = ['default', ...scopes.filter(({ match }) => mayMeanImage(match, plain)).map(({ name }) => name)];
    const names = allNames(image);
    return changedWaivers.some(
      (waiver) =>
        coveredBy(waiver)?.has(image.digest) !== false &&
        (waiver.image === undefined || names.some((name) => matchesPattern(waiver.image!, name))) &&
        (waiver.scope === undefined || judgedIn.some((scope) => matchesPattern(waiver.scope!, scope))),
    );
  };
}

/** By what may be known, without a record, in which images a waiver can cover something: all that is given must hold. */
export interface WaiverReach {
  readonly waiver: Waiver;
  /** A vulnerability that they must have, by id or alias. */
  readonly advisory?: string;
  /** Pattern on the names of a package that they must have. */
  readonly package?: string;
}

/** Waivers in which the policies differ that name no image but what an image must have; of others nothing is known. */
export function changedReaches(before: Policy, after: Policy): readonly WaiverReach[] {
  if (before.name !== after.name || demandsOf(before) !== demandsOf(after)) return [];
  const uses = [before, after].flatMap((policy) => [policy, ...policy.scopes]).map(({ rules }) => rules ?? {});
  // What is deleted is in no index of packages, and what belongs to a package of the distribution is not, which advisories do not ask.
  if (uses.some((rules) => Object.values(rules).some((use) => use['countDeleted'] === true))) return [];
  const forbids = uses.some((rules) => Object.hasOwn(rules, 'forbidden-packages'));
  return differentWaivers(before.waivers, after.waivers).flatMap((waiver): readonly WaiverReach[] => {
    if (waiver.image !== undefined) return [];
    const advisory = /^(?:CVE|GHSA)-[A-Za-z0-9-]+$/.test(waiver.finding ?? '') ? waiver.finding : undefined;
    const isOfAdvisories =
      advisory !== undefined ||
      !forbids ||
      (waiver.rule !== undefined && !matchesPattern(waiver.rule, 'forbidden-packages'));
    const named = isOfAdvisories ? waiver.package : undefined;
    if (advisory === undefined && named === undefined) return [];
    return [
      {
        waiver,
        ...(advisory === undefined ? {} : { advisory }),
        ...(named === undefined ? {} : { package: named }),
      },
    ];
  });
}

function allNames({ digest, otherDigests, reference }: KnownImage): readonly string[] {
  return [...imageNames({ image: { labels: {} } }, reference), digest, ...otherDigests];
}

/** What is asked of an image; descriptions, and what is asked of a build, say nothing of it. */
function demandsOf({ cannotTell, restart, rules, conditions }: Policy | Scope): string {
  return canonicalJson({ cannotTell, restart, rules, conditions });
}

/** Scopes that only one of them has, or that ask something else there, or of other images. */
function differentScopes(before: Policy, after: Policy): readonly Scope[] {
  const written = (scopes: readonly Scope[]): string =>
    scopes.map((scope) => `${demandsOf(scope)} ${canonicalJson(scope.match)}`).join('\n');
  const olds = Map.groupBy(before.scopes, ({ name }) => name);
  const news = Map.groupBy(after.scopes, ({ name }) => name);
  return [...new Set([...olds.keys(), ...news.keys()])]
    .map((name) => [olds.get(name) ?? [], news.get(name) ?? []] as const)
    .filter(([old, now]) => written(old) !== written(now))
    .flat(2);
}

/** Waivers that only one of them has. The first that covers something counts: where the rest changed places, all of them. */
function differentWaivers(before: readonly Waiver[], after: readonly Waiver[]): readonly Waiver[] {
  const olds = new Map(before.map((waiver) => [canonicalJson(waiver), waiver]));
  const news = new Map(after.map((waiver) => [canonicalJson(waiver), waiver]));
  const kept = [...olds.keys()].filter((text) => news.has(text));
  const keptNow = [...news.keys()].filter((text) => olds.has(text));
  if (kept.some((text, place) => keptNow[place] !== text)) return [...before, ...after];
  return [
    ...[...olds].filter(([text]) => !news.has(text)).map(([, waiver]) => waiver),
    ...[...news].filter(([text]) => !olds.has(text)).map(([, waiver]) => waiver),
  ];
}
