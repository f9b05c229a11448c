import type { DockerfileRule, Draft } from './rule.ts';
import { placedFix } from './placed-fix.ts';
import { checkShellRuns, shellRules } from './rules-on-shell/index.ts';
import type { ShellRule } from './shell/index.ts';
import { shellRunsOf } from './shell-runs.ts';
import type { Span } from './syntax.ts';

/** The rules on the shell text of RUN instructions, as rules of Dockerfiles. */
export const runRules: readonly DockerfileRule[] = shellRules.map(asDockerfileRule);

function asDockerfileRule(rule: ShellRule): DockerfileRule {
  const { name, summary, explanation, category, severity, aliases, isOptIn } = rule;
  return {
    ...{ name, summary, explanation, category, severity, aliases },
    ...(isOptIn === undefined ? {} : { isOptIn }),
    check: (file, context) => {
      const { malicious } = context.facts;
      const known = malicious === undefined ? {} : { malicious };
      return shellRunsOf(context).flatMap(({ runs, isShipped }) =>
        checkShellRuns(runs, { ...known, isShipped, rules: [rule] }).map(
          ({ message, advice, severity: own, aliases: some, fix: drafted, conceal, from, to }): Draft => {
            const fix = drafted && placedFix(drafted, file);
            return {
              ...{ message, advice, span: spanOf({ from, to }) },
              ...(own === undefined ? {} : { severity: own }),
              ...(some === undefined ? {} : { aliases: some }),
              ...(conceal === undefined ? {} : { conceal: spanOf(conceal) }),
              ...(fix === undefined ? {} : { fix }),
            };
          },
        ),
      );
    },
  };
}

function spanOf({ from, to }: { readonly from: number; readonly to: number }): Span {
  return { start: from, end: to };
}
