import { linearRegex } from '../../formats/linear-regex.ts';
import { escapePattern } from '../../formats/pattern.ts';
import { CodedError } from '../../model/index.ts';
import type { EnrolledIdentity } from '../../trust/index.ts';

/** Whose log-in counts, as cosign's flags say it: word for word, or by RE2 expressions that match anywhere in the text. */
export interface LoginChoice {
  readonly subject?: string;
  readonly subjectRegexp?: string;
  readonly issuer?: string;
  readonly issuerRegexp?: string;
}

export const trustHint =
  '--trust-root FILE, --key FILE, or --certificate-identity with --certificate-oidc-issuer and --trusted-root';

/**
 * The log-in that a user asks for. Where both a text and an expression are given, both must hold.
 * @throws CodedError `no-trust` where only who or only where is said; `bad-regexp`.
 */
export function loginIdentity({ subject, subjectRegexp, issuer, issuerRegexp }: LoginChoice): EnrolledIdentity {
  const who = subject ?? subjectRegexp;
  const where = issuer ?? issuerRegexp;
  if (who === undefined || where === undefined)
    throw new CodedError('no-trust', 'who logged in and where belong together', { kind: 'usage', hint: trustHint });
  const subjectTest = testOf(subject, subjectRegexp, '--certificate-identity-regexp');
  const issuerTest = testOf(issuer, issuerRegexp, '--certificate-oidc-issuer-regexp');
  return {
    issuer: where,
    subject: escapePattern(who),
    matches: (login) => subjectTest(login.subject) && issuerTest(login.issuer),
  };
}

/** Longer than any name that a certificate may have; the time that an expression takes grows with it. */
const longestName = 16_384;

function testOf(text: string | undefined, regexp: string | undefined, flag: string): (name: string) => boolean {
  const expression = regexp === undefined ? undefined : compiled(regexp, flag);
  return (name) =>
    name.length <= longestName && (text === undefined || name === text) && (expression?.test(name) ?? true);
}

function compiled(regexp: string, flag: string) {
  // An empty expression would match whoever signs; cosign takes it for none.
  if (regexp === '')
    throw new CodedError('bad-regexp', `${flag} is empty, and would let anyone sign`, { kind: 'usage' });
  try {
    return linearRegex(regexp);
  } catch (cause) {
    throw new CodedError('bad-regexp', `${flag} ${JSON.stringify(regexp)}: ${(cause as Error).message}`, {
      kind: 'usage',
      hint: 'RE2 without names, flags beside (?i), and Unicode classes; it matches anywhere: ^ and $ hold it',
      cause,
    });
  }
}
