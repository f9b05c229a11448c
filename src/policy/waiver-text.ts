import { repositoryOf } from './image-names.ts';
import { escapePattern } from './pattern.ts';
import type { Draft } from './rule.ts';
import { yamlScalar } from './yaml-text.ts';

/** How a value that the requester must give begins; a policy with such a waiver is refused. */
export const toFillIn = 'TODO';

interface Request {
  readonly id: string;
  readonly rule: string;
  readonly draft: Draft;
  readonly scope: string;
  /** The image's digest, and its reference where that is known. */
  readonly digest: string;
  readonly reference: string | undefined;
}

/**
 * A waiver document that covers this violation and no other of the image; who, why and until when are left to whoever
 * asks for it. It names the repository where the reference is known, so that the next build stays covered.
 */
export function waiverText({ id, rule, draft, scope, digest, reference }: Request): string {
  const { finding, place } = draft;
  const vulnerability = finding?.kind === 'vulnerability' ? finding : undefined;
  const byAdvisory = vulnerability !== undefined && place?.innerPath === undefined;
  const fields: readonly (readonly [string, string | boolean | undefined])[] = [
    ['rule', escapePattern(rule)],
    ['finding', escapePattern(byAdvisory ? vulnerability.advisory : draft.subject)],
    ['package', draft.package === undefined ? undefined : escapePattern(draft.package)],
    ['path', place?.path === undefined ? undefined : escapePattern(place.path)],
    ['image', escapePattern(reference === undefined ? digest : repositoryOf(reference))],
    ['scope', escapePattern(scope)],
    ['owner', `${toFillIn}: who answers for it`],
    ['reason', `${toFillIn}: why it is acceptable`],
    ['expires', `${toFillIn}: YYYY-MM-DD`],
    ['untilFixed', vulnerability !== undefined && vulnerability.fix.state !== 'fixed' ? true : undefined],
  ];
  const lines = fields.flatMap(([key, value]) => (value === undefined ? [] : [`    ${key}: ${yamlScalar(value)}`]));
  const head = `apiVersion: plimsoll.dev/v1\nkind: Waivers\nwaivers:\n  - id: waiver-${id.slice(id.indexOf('-') + 1)}\n`;
  return `${head}${lines.join('\n')}\n`;
}
