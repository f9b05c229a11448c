import { sha256 } from './digest.ts';
import type { Draft } from './rule.ts';
import { whatIsWaived } from './waiver-text.ts';

/** A violation, what it is called, and as much of a waiver for it as says nothing of the image. */
export interface NamedDraft {
  readonly draft: Draft;
  readonly id: string;
  readonly waived: string;
}

export function namedDraft(rule: string, draft: Draft): NamedDraft {
  const id = violationId(rule, draft.subject);
  return { draft, id, waived: whatIsWaived(id, rule, draft) };
}

/** The same finding of a base comes again in every image that is built on it. */
const violationIds = new Map<string, Map<string, string>>();
const mostIdsOfRule = 20_000;

function violationId(rule: string, subject: string): string {
  let ids = violationIds.get(rule);
  if (ids === undefined) violationIds.set(rule, (ids = new Map()));
  let id = ids.get(subject);
  if (id === undefined) {
    if (ids.size >= mostIdsOfRule) ids.clear();
    ids.set(subject, (id = `violation-${sha256(`${rule}\0${subject}`).slice(0, 16)}`));
  }
  return id;
}
