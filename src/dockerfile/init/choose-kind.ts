import { CodedError } from '../../model/index.ts';
import type { ProjectKind } from './kind.ts';
import { kinds } from './kinds/list.ts';
import { kindNames } from './names.ts';
import type { Project } from './project.ts';

/** Whether the text of a file helps to tell or plan a project. */
export function isWanted(path: string): boolean {
  return kinds.some((kind) => kind.reads(path));
}

/**
 * The kind of a project: the one that is asked for, else the one whose signs are strongest. Throws
 * `project-kind-unknown` or `project-kind-ambiguous`.
 */
export function chooseKind(project: Project, asked?: string): ProjectKind {
  if (asked !== undefined) return askedKind(project, asked);
  const found = kinds.flatMap((kind) => {
    const sign = kind.detect(project);
    return sign === undefined ? [] : [{ kind, sign }];
  });
  const strongest = Math.max(...found.map(({ sign }) => sign.strength));
  const best = found.filter(({ sign }) => sign.strength === strongest);
  if (best.length === 1) return best[0]!.kind;
  if (best.length === 0)
    throw new CodedError('project-kind-unknown', `${project.name} holds nothing that tells what it is`, {
      hint: `known kinds: ${kindNames.join(', ')}`,
    });
  throw new CodedError(
    'project-kind-ambiguous',
    `${project.name} may be ${best.map(({ kind, sign }) => `${kind.name} (${sign.file})`).join(' or ')}`,
    { hint: `say which: --kind ${best.map(({ kind }) => kind.name).join(' or --kind ')}`, kind: 'usage' },
  );
}

function askedKind(project: Project, asked: string): ProjectKind {
  const kind = kinds.find(({ name }) => name === asked);
  if (kind === undefined)
    throw new CodedError('project-kind-unknown', `there is no kind of project "${asked}"`, {
      hint: `known kinds: ${kindNames.join(', ')}`,
      kind: 'usage',
    });
  if (kind.detect(project) === undefined)
    throw new CodedError('project-kind-unknown', `${project.name} has no file that a ${asked} project has`, {
      hint: `${asked} is: ${kind.summary}`,
    });
  return kind;
}
