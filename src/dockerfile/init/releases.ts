/**
 * Which release of a language a project wants, among those there are images of. `position` says which number of a version
 * counts: 0 for Node's major, 1 for Python's, PHP's or Ruby's minor.
 */
export function pickRelease(
  wanted: string | undefined,
  known: readonly number[],
  position: 0 | 1,
): { readonly release: number; readonly isMet: boolean } {
  const newest = known[0]!;
  if (wanted === undefined || wanted.length > 200) return { release: newest, isMet: wanted === undefined };
  const alternatives = wanted.split('||').map((range) => comparators(range, position));
  const admits = (release: number): boolean => alternatives.some((range) => range.every((test) => test(release)));
  const release = known.find(admits);
  if (release !== undefined) return { release, isMet: true };
  // Older or newer than all known: the image is there by its own number.
  const named = Number(/\d{1,3}(?:\.(\d{1,3}))?/.exec(wanted)?.[position] ?? NaN);
  return Number.isFinite(named) && admits(named) ? { release: named, isMet: true } : { release: newest, isMet: false };
}

type Test = (release: number) => boolean;

/** npm's, Composer's, PEP 440's and RubyGems' comparators, as far as one number decides. */
function comparators(range: string, position: 0 | 1): Test[] {
  const tests: Test[] = [];
  for (const [, operator = '', version = ''] of range.matchAll(
    /(\^|~>|~=|~|>=|<=|!=|==|>|<|=)?\s{0,3}v?(\d{1,3}(?:\.(?:\d{1,3}|[x*])){0,3})/g,
  )) {
    const parts = version.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : undefined));
    const number = parts[position];
    if (number === undefined) continue;
    tests.push(comparator(operator, number, parts.slice(position + 1), position));
  }
  return tests;
}

function comparator(operator: string, number: number, rest: readonly (number | undefined)[], position: 0 | 1): Test {
  const isWhole = rest.every((part) => part === undefined || part === 0);
  switch (operator) {
    case '>=':
      return (release) => release >= number;
    case '>':
      // Later patch releases of the same one are above it, too, unless the range names only the release.
      return (release) => (rest.length === 0 ? release > number : release >= number);
    case '<=':
      return (release) => release <= number;
    case '<':
      return (release) => (isWhole ? release < number : release <= number);
    case '!=':
      return (release) => !isWhole || rest.length > 0 || release !== number;
    case '^':
      return (release) => (position === 0 ? release === number : release >= number);
    case '~':
    case '~>':
    case '~=':
      return (release) => (position === 0 || rest.length > 0 ? release === number : release >= number);
    default:
      return (release) => release === number;
  }
}
