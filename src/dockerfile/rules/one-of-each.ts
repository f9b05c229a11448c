import { withoutInstruction } from '../rule-edits.ts';
import { safeFix } from '../fix.ts';
import type { Draft, DockerfileRule } from '../rule.ts';
import type { LintSeverity } from '../severity.ts';
import type { Instruction } from '../syntax.ts';

const kinds: Readonly<Record<string, { readonly alias: string; readonly severity: LintSeverity }>> = {
  cmd: { alias: 'DL4003', severity: 'warning' },
  entrypoint: { alias: 'DL4004', severity: 'error' },
  healthcheck: { alias: 'DL3012', severity: 'error' },
};

/** One CMD, one ENTRYPOINT, one HEALTHCHECK a stage. */
export const oneOfEach: DockerfileRule = {
  name: 'one-of-each',
  summary: 'A stage has one CMD, one ENTRYPOINT and one HEALTHCHECK at most.',
  explanation: 'An image can have only one of each: the last counts, the others do nothing but mislead.',
  category: 'correctness',
  severity: 'warning',
  aliases: ['MultipleInstructionsDisallowed', 'DL4003', 'DL4004', 'DL3012'],
  check(file, { graph }) {
    return graph.stages.flatMap(({ instructions }) => {
      const before = new Map<string, Instruction>();
      const drafts: Draft[] = [];
      for (const instruction of instructions) {
        const known = Object.hasOwn(kinds, instruction.kind) ? kinds[instruction.kind] : undefined;
        if (known === undefined) continue;
        const first = before.get(instruction.kind);
        before.set(instruction.kind, instruction);
        if (first === undefined) continue;
        const name = instruction.keyword.text.toUpperCase();
        drafts.push({
          span: first.span,
          message: `this ${name} does nothing: another one comes behind it`,
          advice: `keep the last ${name} alone`,
          severity: known.severity,
          aliases: ['MultipleInstructionsDisallowed', known.alias],
          fix: safeFix(`take this ${name} out`, [withoutInstruction(file, first)]),
        });
      }
      return drafts;
    });
  },
};
