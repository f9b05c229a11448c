/** The release that was picked, and whether the project's range admits it. */
export interface PickedRelease {
  readonly release: number;
  readonly isMet: boolean;
}

/**
 * Which release of a language a project wants, among those there are images of, the preferred first. Where `major` is
 * given the minors of that major count (Python 3, PHP 8, Ruby 3), else majors (Node). Ranges are read as npm, Composer,
 * PEP 440 and RubyGems write them, as far as that one number decides.
 */
export function pickRelease(wanted: string | undefined, known: readonly number[], major?: number): PickedRelease {
  const preferred = known[0]!;
  if (wanted === undefined) return { release: preferred, isMet: true };
  const alternatives = wanted
    .slice(0, 300)
    .split('||')
    .map((range) => comparators(range, major));
  const admits = (release: number): boolean => alternatives.some((range) => range.every((test) => test(release)));
  const release = known.find(admits);
  if (release !== undefined) return { release, isMet: true };
  // Older or newer than all known: the image is there by its own number.
  const [, first, second] = /(\d{1,3})(?:\.(\d{1,3}))?/.exec(wanted) ?? [];
  const named = Number((major === undefined ? first : second) ?? NaN);
  return admits(named) ? { release: named, isMet: true } : { release: preferred, isMet: false };
}

type Test = (release: number) => boolean;

interface Comparator {
  readonly operator: string;
  readonly number: number;
  /** The version says more than the number, and not zeros alone. */
  readonly hasPatch: boolean;
  /** The version says more than the number. */
  readonly hasMore: boolean;
}

const comparatorPattern = /(\^|~>|~=|~|>=|<=|!=|==|>|<|=)?\s{0,3}v?(\d{1,3}(?:\.(?:\d{1,3}|[x*])){0,3})/g;

function comparators(range: string, major: number | undefined): Test[] {
  const tests: Test[] = [];
  for (const [, operator = '', version = ''] of range.matchAll(comparatorPattern)) {
    const parts = version.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : undefined));
    if (major !== undefined && parts[0] !== major) {
      tests.push(() => admitsOtherMajor(operator, parts[0]! > major));
      continue;
    }
    const position = major === undefined ? 0 : 1;
    const number = parts[position];
    const rest = parts.slice(position + 1);
    if (number === undefined) continue;
    const hasPatch = rest.some((part) => part !== undefined && part !== 0);
    tests.push(testOf({ operator, number, hasPatch, hasMore: rest.length > 0 }, major !== undefined));
  }
  return tests;
}

/** Whether releases of this major can meet a comparator that names another. */
function admitsOtherMajor(operator: string, isNewer: boolean): boolean {
  if (operator === '!=') return true;
  return isNewer ? operator === '<' || operator === '<=' : operator === '>' || operator === '>=';
}

function testOf({ operator, number, hasPatch, hasMore }: Comparator, isMinor: boolean): Test {
  switch (operator) {
    case '>=':
      return (release) => release >= number;
    case '>':
      // Later patches of the same release are above a version of it.
      return (release) => (hasMore ? release >= number : release > number);
    case '<=':
      return (release) => release <= number;
    case '<':
      return (release) => (hasPatch ? release <= number : release < number);
    case '!=':
      return (release) => hasMore || release !== number;
    case '^':
      return (release) => (isMinor ? release >= number : release === number);
    case '~':
    case '~>':
    case '~=':
      return (release) => (isMinor && !hasMore ? release >= number : release === number);
    default:
      return (release) => release === number;
  }
}
