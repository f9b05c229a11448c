import type { LedgerEntry } from '../../api/contract.ts';

/** What an entry is about, as people know it: a container by its name, an image by its tag. */
export function subjectWords({ subject, details }: LedgerEntry): string {
  const named = said(details, 'name') ?? said(details, 'container') ?? said(details, 'reference');
  return named ?? subject.name.replace(/^(?:sha256:)?([0-9a-f]{12})[0-9a-f]{20,}$/, '$1');
}

/** What else it says: the reason, the command that was run, the image, from what to what. */
export function moreWords({ why, details }: LedgerEntry): string {
  if (why !== undefined) return why;
  const [from, to] = [said(details, 'before') ?? said(details, 'from'), said(details, 'result') ?? said(details, 'to')];
  if (to !== undefined) return from === undefined ? to : `${from} → ${to}`;
  return said(details, 'command') ?? said(details, 'imageName') ?? said(details, 'image') ?? '';
}

function said(details: LedgerEntry['details'], name: string): string | undefined {
  const value = details?.[name];
  if (Array.isArray(value)) return value.map(String).join(' ');
  return typeof value === 'string' && value !== ''
    ? value.replace(/^sha256:([0-9a-f]{12})[0-9a-f]*$/, '$1')
    : undefined;
}
