import { withoutFlag } from '../rule-edits.ts';
import { offeredFix } from '../fix.ts';
import type { DockerfileRule } from '../rule.ts';

const architectures = ['386', 'amd64', 'arm', 'arm64', 'loong64', 'mips64le', 'ppc64le', 'riscv64', 's390x', 'wasm'];

const anyPlatform = {
  effect: 'contents',
  note: 'the image is for the platform that the build asks for',
} as const;

/** FROM leaves the platform to the build. */
export const noConstantPlatform: DockerfileRule = {
  name: 'no-constant-platform',
  summary: 'FROM does not fix the platform.',
  explanation:
    "A constant --platform makes the image of that platform wherever it is built: on another one it runs emulated or not at all, and no build for several platforms is possible. Leave it to the build, use $BUILDPLATFORM for stages that only compile, or say the platform in the stage's name where the stage is for that one.",
  category: 'correctness',
  severity: 'warning',
  aliases: ['FromPlatformFlagConstDisallowed', 'DL3029'],
  check(file, { graph }) {
    return graph.stages.flatMap(({ from, name }) => {
      const value = from.platform?.value;
      if (from.platform === undefined || value === undefined || value.includes('$')) return [];
      const [system, architecture] = value.toLowerCase().split('/');
      const isKnown = architecture !== undefined || architectures.includes(system ?? '') || system === 'linux';
      const parts = [system, architecture].filter((part) => part !== undefined && part !== '') as string[];
      if (!isKnown || parts.some((part) => name?.includes(part))) return [];
      return [
        {
          span: from.platform.span,
          message: `the platform is fixed to ${value}`,
          advice: 'leave the flag out, or use $BUILDPLATFORM; the build takes --platform',
          fix: offeredFix('leave the flag out', [withoutFlag(file, from.platform.span)], anyPlatform),
        },
      ];
    });
  },
};
