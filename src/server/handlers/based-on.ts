import { CodedError } from '../../model/index.ts';
import type { DocumentVersion } from '../../server-store/index.ts';

/** The version that whoever writes has seen. @throws CodedError `precondition-required`, `document-changed` */
export function basedOnOf(what: string, ifMatch: string | undefined, before: DocumentVersion | undefined): number {
  if (ifMatch === undefined) {
    if (before === undefined) return 0;
    throw new CodedError('precondition-required', `the ${what} is there already, in version ${before.version}`, {
      hint: `read it, and send If-Match: "${before.version}" with the change`,
    });
  }
  const version = Number(/^(?:W\/)?"(\d+)"$/.exec(ifMatch.trim())?.[1]);
  if (before !== undefined && version === before.version) return version;
  throw new CodedError(
    'document-changed',
    `the ${what} was changed meanwhile: it is in version ${before?.version ?? 0}`,
    { hint: 'read it again and make your change there' },
  );
}
