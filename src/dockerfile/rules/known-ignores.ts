import { offeredFix } from '../fix.ts';
import { readPragmas } from '../comments.ts';
import { guessBudget, nearest } from '../read/nearest.ts';
import type { DockerfileRule } from '../rule.ts';

/** `# plimsoll ignore=` names rules that exist. */
export function knownIgnores(names: () => Iterable<string>): DockerfileRule {
  return {
    name: 'known-ignores',
    summary: 'Comments that ignore rules name rules that exist.',
    explanation:
      "A mistyped name in # plimsoll ignore= ignores nothing, and the finding it was meant for stays or comes back. hadolint's and ShellCheck's codes, and BuildKit's names, are taken as they are.",
    category: 'correctness',
    severity: 'warning',
    aliases: [],
    check(file) {
      const pragmas = readPragmas(file).flatMap((each) =>
        each.kind === 'ignore' && each.of === 'plimsoll' ? [each] : [],
      );
      if (pragmas.length === 0) return [];
      const budget = guessBudget();
      const known = new Set([...names()].map((name) => name.toLowerCase()));
      return pragmas.flatMap((pragma) =>
        pragma.names
          .filter((name) => name !== 'all' && !known.has(name.toLowerCase()) && !/^(?:DL|SC)\d{4}$/i.test(name))
          .map((name) => {
            const near = nearest(name, known, budget);
            const { span } = pragma.comment;
            const message = `there is no rule ${name.slice(0, 80)}`;
            if (near === undefined) return { span, message, advice: 'plimsoll dockerfile rules names all' };
            const at = file.text.slice(span.start, span.end).indexOf(name);
            const edits = [{ span: { start: span.start + at, end: span.start + at + name.length }, text: near }];
            const effect = { effect: 'unchanged', note: `what ${near} finds here is ignored` } as const;
            const advice = `is ${near} meant?`;
            return at < 0
              ? { span, message, advice }
              : { span, message, advice, fix: offeredFix(`write ${near}`, edits, effect) };
          }),
      );
    },
  };
}
