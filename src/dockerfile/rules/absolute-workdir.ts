import { posix as path } from 'node:path';
import { offeredFix, safeFix } from '../fix.ts';
import type { Draft, DockerfileRule, RuleContext } from '../rule.ts';
import type { Stage } from '../stages.ts';
import type { TextInstruction } from '../syntax.ts';
import { expandWord } from '../variables/expansion.ts';

const belowRoot = {
  effect: 'contents',
  note: 'the folder is below the root, where the base may have had another above it',
} as const;

/** WORKDIR says the whole path. */
export const absoluteWorkdir: DockerfileRule = {
  name: 'absolute-workdir',
  summary: 'WORKDIR is an absolute path.',
  explanation:
    "A relative WORKDIR goes on from the one before. Where that is the base image's own, a new base moves everything without a word. Behind an absolute WORKDIR of the same file it is only harder to read.",
  category: 'correctness',
  severity: 'error',
  aliases: ['WorkdirRelativePath', 'DL3000'],
  check(_, context) {
    const drafts: Draft[] = [];
    const atEnd: Folder[] = [];
    for (const stage of context.graph.stages) {
      let folder: Folder = stage.base.kind === 'stage' ? atEnd[stage.base.stage]! : { isSet: false, path: undefined };
      for (const workdir of workdirsOf(stage)) {
        drafts.push(...found(workdir, folder, context));
        folder = { isSet: true, path: pathBelow(folder.path, workdir) };
      }
      atEnd.push(folder);
    }
    return drafts;
  },
};

/** Where a stage works at a place of its text. */
interface Folder {
  readonly isSet: boolean;
  /** Where it is known without variables. */
  readonly path: string | undefined;
}

/** Where a WORKDIR leads from a folder, as builders join them. */
function pathBelow(folder: string | undefined, { value: { text } }: TextInstruction): string | undefined {
  if (!/^[\w./@+-]+$/.test(text)) return undefined;
  if (text.startsWith('/')) return path.normalize(text);
  return folder === undefined ? undefined : path.join(folder, text);
}

function workdirsOf({ instructions }: Stage): readonly TextInstruction[] {
  return instructions.flatMap((each) => (each.kind === 'workdir' ? [each] : []));
}

function found(workdir: TextInstruction, folder: Folder, { graph }: RuleContext): readonly Draft[] {
  const { text, uses } = expandWord(workdir.value.text, graph.scopeOf(workdir));
  // What begins with a variable that isn't known may well be absolute.
  if (text === undefined || (text === '' && uses.length > 0) || isAbsolute(text)) return [];
  if (uses.some(({ from, state }) => from === 0 && state !== 'fixed' && state !== 'default')) return [];
  const { span } = workdir.value;
  const whole = pathBelow(folder.path, workdir)?.replace(/(?<=.)\/$/, '');
  return folder.isSet
    ? [
        {
          span,
          message: `WORKDIR ${text} goes on from the WORKDIR before`,
          advice: `write ${whole ?? 'the whole path'}`,
          ...(whole === undefined ? {} : { fix: safeFix(`write ${whole}`, [{ span, text: whole }]) }),
          severity: 'info',
          aliases: ['DL3000'],
        },
      ]
    : [
        {
          span,
          message: `WORKDIR ${text} is relative to whatever the base image has`,
          advice: `write the whole path, as /${text}`,
          ...(pathBelow('/', workdir) === undefined
            ? {}
            : { fix: offeredFix(`write /${text}`, [{ span, text: `/${text}` }], belowRoot) }),
        },
      ];
}

function isAbsolute(path: string): boolean {
  return path.startsWith('/') || path.startsWith('\\') || /^[A-Za-z]:(?:[\\/]|$)/.test(path);
}
