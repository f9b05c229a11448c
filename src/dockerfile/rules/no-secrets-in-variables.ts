import { secretsIn } from '../secret-values.ts';
import type { Draft, DockerfileRule, RuleContext } from '../rule.ts';
import type { Instruction, Word } from '../syntax.ts';
import { expandWord } from '../variables/expansion.ts';
import { withTriggers } from '../walk.ts';

const words = /(?:^|_)(?:apikey|auth|credentials?|key|password|passphrase|pword|passwd|pwd|secret|token)(?:_|$)/i;
/** Names that say where a secret is or what it is for, not what it is. */
const harmless = /(?:^|_)(?:public|pub|file|path|dir|url|version|name|type|len|length|size|ttl|algorithm)(?:_|$)/i;

/** No secrets in ARG, ENV and LABEL. */
export const noSecretsInVariables: DockerfileRule = {
  name: 'no-secrets-in-variables',
  summary: 'ARG, ENV and LABEL hold no secrets.',
  explanation:
    "Values of ENV and LABEL stand in the image's configuration, those of ARG in its history: whoever can pull the image can read them, and deleting them later helps nothing. Give a build its secrets with RUN --mount=type=secret, and a container its secrets when it starts. A secret that was in an image once must be revoked.",
  category: 'security',
  severity: 'warning',
  aliases: ['SecretsUsedInArgOrEnv', 'DL3064'],
  check({ instructions }, context) {
    const drafts: Draft[] = [];
    for (const instruction of withTriggers(instructions))
      for (const { name, value } of pairsOf(instruction)) drafts.push(...found(instruction, name, value, context));
    return drafts;
  },
};

function pairsOf(instruction: Instruction): readonly { readonly name: Word; readonly value: Word | undefined }[] {
  if (instruction.kind === 'env' || instruction.kind === 'label') return instruction.pairs;
  return instruction.kind === 'arg' ? instruction.variables : [];
}

function found(
  instruction: Instruction,
  name: Word,
  value: Word | undefined,
  { graph, facts }: RuleContext,
): readonly Draft[] {
  const keyword = instruction.keyword.text.toUpperCase();
  const span = value === undefined ? name.span : { start: name.span.start, end: value.span.end };
  const shown = name.text.slice(0, 80);
  const text = value === undefined ? '' : (expandWord(value.text, graph.scopeOf(instruction)).text ?? '');
  const secret = [...secretsIn(text), ...(facts.secretsIn?.(text) ?? [])][0];
  if (secret !== undefined && value !== undefined)
    return [
      {
        span,
        message: `${keyword} ${shown} holds a secret: ${secret.title} ${secret.redacted}`,
        advice: 'revoke it; give it to the build with RUN --mount=type=secret, or to the container when it starts',
        severity: 'error',
        conceal: value.span,
      },
    ];
  if (instruction.kind === 'label' || !words.test(shown) || harmless.test(shown)) return [];
  const isLiteral = value !== undefined && isSecretText(value.text, text);
  return [
    {
      span,
      message: isLiteral
        ? `${keyword} ${shown} looks like a secret, and its value stands in the file`
        : `${keyword} ${shown} looks like a secret`,
      advice:
        keyword === 'ARG'
          ? 'give it to the step that needs it with RUN --mount=type=secret'
          : 'give it to the container when it starts, or to the build with RUN --mount=type=secret',
      ...(isLiteral ? { conceal: value.span } : {}),
    },
  ];
}

/** Whether a value is one and not a variable, a switch or a number. */
function isSecretText(written: string, text: string): boolean {
  return !written.includes('$') && text.length >= 3 && !/^(?:true|false|yes|no|none|null|on|off|\d+)$/i.test(text);
}
