import { offeredFix } from '../fix.ts';
import type { Draft, DockerfileRule, RuleContext } from '../rule.ts';
import type { ProgramInstruction } from '../syntax.ts';
import { instructionsOf } from '../walk.ts';

/** `CMD` and `ENTRYPOINT` as JSON arrays, so that signals reach the program. */
export const execForm: DockerfileRule = {
  name: 'exec-form',
  summary: 'ENTRYPOINT and CMD are JSON arrays, so that signals reach the program.',
  explanation:
    'In the shell form the image starts /bin/sh -c, and the program is its child. The shell passes no signals on: docker stop and a Kubernetes roll-out wait their whole grace period, then kill. Write the exec form ["program", "argument"]; where a shell is needed, begin its line with exec, or say SHELL, which shows that it is meant.',
  category: 'correctness',
  severity: 'warning',
  aliases: ['JSONArgsRecommended', 'DL3025'],
  check(file, context) {
    return instructionsOf(file, 'cmd', 'entrypoint').flatMap((instruction) => found(instruction, context));
  },
};

const withoutShell = {
  effect: 'configuration',
  note: 'the program starts without a shell: it gets signals itself',
} as const;

function found(instruction: ProgramInstruction, context: RuleContext): readonly Draft[] {
  const { command, keyword, args } = instruction;
  if (command.form === 'exec' || context.shellOf(instruction).isDeclared) return [];
  const name = keyword.text.toUpperCase();
  const text = command.command.text;
  const words = plainWords(text);
  const written = `[${words?.map((word) => JSON.stringify(word)).join(', ') ?? '"program", "argument"'}]`;
  const passesOn = /^exec\s/.test(text);
  return [
    {
      span: args.text === '' ? keyword.span : args.span,
      message: passesOn
        ? `${name} is in shell form; exec passes signals on, but the image needs a shell to start`
        : `${name} is in shell form: the program runs below a shell that passes no signals on`,
      advice: `write ${name} ${written}`,
      ...(passesOn ? { severity: 'info' as const } : {}),
      ...(words === undefined || instruction.flags.length > 0
        ? {}
        : {
            fix: offeredFix('write it as a JSON array', [{ span: args.span, text: written }], withoutShell),
          }),
    },
  ];
}

/** Words that a shell would pass on as they are; undefined where it would do anything with them. */
function plainWords(text: string): readonly string[] | undefined {
  const words = text.split(/[ \t]+/).filter((word) => word !== '');
  if (words[0] === 'exec') words.shift();
  const isPlain =
    words.length > 0 &&
    words.every((word) => /^[\w./:@%+,-]+$/.test(word) || /^[\w./:@%+,-]+=[\w./:@%+,=-]*$/.test(word));
  // NAME=value before the program is for the shell.
  return isPlain && !words[0]!.includes('=') ? words : undefined;
}
