import { withoutFlag } from '../rule-edits.ts';
import { offeredFix } from '../fix.ts';
import type { DockerfileRule } from '../rule.ts';
import { instructionsOf } from '../walk.ts';

const withoutRights = { effect: 'contents', note: 'the step runs without, and fails if it needs it' } as const;

/** RUN without the machine's rights. */
export const noInsecureRun: DockerfileRule = {
  name: 'no-insecure-run',
  summary: "RUN does not ask for the host's rights or network.",
  explanation:
    '--security=insecure runs the step with all capabilities on the build machine; --network=host lets it talk to whatever listens there. Both make the build depend on its machine, and a bad dependency root on it.',
  category: 'security',
  severity: 'error',
  aliases: [],
  check(file) {
    return instructionsOf(file, 'run').flatMap(({ security, network }) => [
      ...(security?.value === 'insecure'
        ? [
            {
              span: security.span,
              message: 'this step has all rights on the build machine',
              advice: 'leave the flag out; do what needs it outside of the build',
              fix: offeredFix('leave the flag out', [withoutFlag(file, security.span)], withoutRights),
            },
          ]
        : []),
      ...(network?.value === 'host'
        ? [
            {
              span: network.span,
              message: "this step is in the build machine's own network",
              advice: 'leave the flag out, or write --network=none',
              fix: offeredFix('leave the flag out', [withoutFlag(file, network.span)], withoutRights),
              severity: 'warning' as const,
            },
          ]
        : []),
    ]);
  },
};
