import { offeredFix, safeFix } from '../fix.ts';
import type { Draft, DockerfileRule } from '../rule.ts';
import type { ArgInstruction, Dockerfile, PairsInstruction } from '../syntax.ts';
import { instructionsOf } from '../walk.ts';

/** `ENV name=value`. */
export const keyValueFormat: DockerfileRule = {
  name: 'key-value-format',
  summary: 'ENV, LABEL and ARG give values with =.',
  explanation:
    'The old form with a blank takes the whole rest of the line as one value, so that ENV A 1 B=2 sets A to "1 B=2", and builders will refuse it one day. ARG never knew it: ARG name value declares two names.',
  category: 'correctness',
  severity: 'warning',
  aliases: ['LegacyKeyValueFormat'],
  check(file) {
    return [
      ...instructionsOf(file, 'env', 'label')
        .filter(({ isLegacy }) => isLegacy)
        .map((instruction) => legacy(instruction, file)),
      ...instructionsOf(file, 'arg').flatMap((instruction) => twoNames(instruction, file)),
    ];
  },
};

function legacy(instruction: PairsInstruction, { escape, text }: Dockerfile): Draft {
  const { name, value } = instruction.pairs[0]!;
  const keyword = instruction.keyword.text.toUpperCase();
  const written = asOneWord(value.text, escape);
  const draft = {
    span: instruction.args.span,
    message: `${keyword} ${name.text.slice(0, 80)} gives its value in the old form, without =`,
    advice: `write ${keyword} ${name.text.slice(0, 80)}=${written === undefined ? '"…"' : written.slice(0, 80)}`,
  };
  if (written === undefined) return draft;
  // Over several lines, a comment between them would be lost.
  const isOneLine = text.slice(value.span.start, value.span.end) === value.text;
  if (!isOneLine || !isOneWord(text.slice(name.span.end, value.span.start))) return draft;
  return {
    ...draft,
    fix: safeFix('write it with =', [{ span: instruction.args.span, text: `${name.text}=${written}` }]),
  };
}

function isOneWord(between: string): boolean {
  return /^[ \t]+$/.test(between);
}

/** The value so that the builder makes the same of it in the new form; undefined where that takes a person. */
function asOneWord(text: string, escape: string): string | undefined {
  // A comment or an empty line within would be lost; what is quoted or escaped already is read alike in both forms.
  if (/^[^\s"'\\`]+$/.test(text) && !text.includes(escape)) return text;
  if (/^"[^"\\`]*"$/.test(text) || /^'[^']*'$/.test(text)) return text;
  return /["'\\`]/.test(text) || /[^\x20-\x7e]/.test(text) ? undefined : `"${text}"`;
}

/** `ARG name value` declares two names, where one with a value was meant. */
function twoNames({ variables, args, keyword }: ArgInstruction, { text }: Dockerfile): readonly Draft[] {
  const [first, second] = variables;
  if (variables.length !== 2 || first!.value !== undefined || second!.value !== undefined) return [];
  const value = second!.name.text;
  // A second name is written as names are, or used as one.
  if (/^[A-Z_][A-Z0-9_]*$/.test(value) || text.includes(`$${value}`) || text.includes(`\${${value}`)) return [];
  const name = keyword.text.toUpperCase();
  const written = `${first!.name.text}=${value}`;
  const note = `${first!.name.text} has the value that was meant, and ${value} is no argument`;
  return [
    {
      span: args.span,
      message: `${name} ${first!.name.text} ${value} declares two names, not one with a value`,
      advice: `write ${name} ${written}`,
      fix: offeredFix(`write ${written}`, [{ span: args.span, text: written }], { effect: 'contents', note }),
    },
  ];
}
