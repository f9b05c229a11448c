/** A kind of credential, as data: what it is called, what it looks like, and what must hold for it to be real. */
export interface SecretRule {
  /** Stable, kebab-case. */
  readonly id: string;
  readonly title: string;
  readonly severity: 'critical' | 'high' | 'medium' | 'low';
  /** Literals of three bytes at least, one of which must be there before the shape is tried. */
  readonly keywords: readonly string[];
  readonly ignoreCase?: boolean;
  /**
   * Regular expression that must match from the keyword's first byte on; the first group is the secret, or all of it
   * where there is none. Repeats are bounded or followed by something they can't contain, so that it is linear.
   */
  readonly shape: string;
  /**
   * For keywords amid the credential: how many bytes before the keyword the shape's lookbehind may see. Where the secret
   * begins there, the group `head` in the lookbehind is its first part.
   */
  readonly lead?: number;
  /** Bytes from the keyword on that the shape may need; default 400. */
  readonly reach?: number;
  /** Least Shannon entropy of the secret, in bits per character. */
  readonly minEntropy?: number;
  readonly check?: CheckName;
  /** Only in files whose path matches. */
  readonly path?: RegExp;
  /** Shapes that much else has too: said only of files that people wrote for this image, never of documentation. */
  readonly generic?: boolean;
}

/** Further checks on a secret, by name: checksums and what else no regular expression can say. */
export type CheckName =
  'github-checksum' | 'npm-checksum' | 'jwt' | 'basic-auth' | 'password' | 'mixed' | 'not-example';

type Severity = SecretRule['severity'];
type Details = Partial<Omit<SecretRule, 'id' | 'title' | 'severity' | 'keywords' | 'shape'>>;

const end = '(?![A-Za-z0-9_-])';

/** A credential that begins with a prefix of its own. `body` is what follows any of the prefixes. */
export function token(
  id: string,
  title: string,
  severity: Severity,
  prefixes: string | readonly string[],
  body: string,
  details: Details = {},
): SecretRule {
  const keywords = typeof prefixes === 'string' ? [prefixes] : prefixes;
  const literal = keywords.map((prefix) => prefix.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
  return { id, title, severity, keywords, shape: `(?:${literal})${body}${end}`, minEntropy: 2.5, ...details };
}

/** A credential with no mark of its own, known by the name that it is assigned to. */
export function named(
  id: string,
  title: string,
  severity: Severity,
  names: readonly string[],
  body: string,
  details: Details = {},
): SecretRule {
  const shape = `[A-Za-z0-9_.-]{3,60}["']?[ \\t]{0,4}(?:=>|:=|[=:])[ \\t]{0,4}["'\`]?(${body})${end}(?![/+=.]\\w)`;
  return { id, title, severity, keywords: names, ignoreCase: true, shape, minEntropy: 3, check: 'mixed', ...details };
}

export const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
