import { repositoryOf } from './image-names.ts';
import { escapePattern } from './pattern.ts';
import type { Draft } from './rule.ts';
import { yamlScalar } from './yaml-text.ts';

/** How a value that the requester must give begins; a policy with such a waiver is refused. */
export const toFillIn = 'TODO';

interface Request {
  /** `whatIsWaived` of the violation. */
  readonly waived: string;
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
export function waiverText({ waived, draft, scope, digest, reference }: Request): string {
  const { finding } = draft;
  const vulnerability = finding?.kind === 'vulnerability' ? finding : undefined;
  const image = reference === undefined ? digest : repositoryOf(reference);
  const text = waived + field('image', image) + field('scope', scope) + leftToFillIn;
  return vulnerability !== undefined && vulnerability.fix.state !== 'fixed' ? `${text}    untilFixed: true\n` : text;
}

interface Waived {
  readonly rule: string;
  readonly finding: string;
  readonly package: string | undefined;
  readonly path: string | undefined;
  readonly text: string;
}

/** Images that are built on one base have the same violations. */
const texts = new Map<string, Waived>();
const mostTexts = 20_000;

/** The part of the text that says nothing of the image. */
export function whatIsWaived(id: string, rule: string, { finding, subject, package: named, place }: Draft): string {
  const byAdvisory = finding?.kind === 'vulnerability' && place?.innerPath === undefined;
  const name = byAdvisory ? finding.advisory : subject;
  const path = place?.path;
  const known = texts.get(id);
  if (known?.rule === rule && known.finding === name && known.package === named && known.path === path)
    return known.text;
  let text = `apiVersion: plimsoll.dev/v1\nkind: Waivers\nwaivers:\n  - id: waiver-${id.slice(id.indexOf('-') + 1)}\n`;
  text += field('rule', rule) + field('finding', name);
  if (named !== undefined) text += field('package', named);
  if (path !== undefined) text += field('path', path);
  if (texts.size >= mostTexts) texts.clear();
  texts.set(id, { rule, finding: name, package: named, path, text });
  return text;
}

const leftToFillIn = [
  ['owner', `${toFillIn}: who answers for it`],
  ['reason', `${toFillIn}: why it is acceptable`],
  ['expires', `${toFillIn}: YYYY-MM-DD`],
]
  .map(([key, value]) => `    ${key}: ${yamlScalar(value!)}\n`)
  .join('');

/** Rules, paths and packages come again in image after image. */
const scalars = new Map<string, string>();
const mostScalars = 20_000;

function field(key: string, value: string): string {
  let scalar = scalars.get(value);
  if (scalar === undefined) {
    if (scalars.size >= mostScalars) scalars.clear();
    scalars.set(value, (scalar = yamlScalar(escapePattern(value))));
  }
  return `    ${key}: ${scalar}\n`;
}
