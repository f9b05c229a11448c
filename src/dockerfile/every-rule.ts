import type { DockerfileRule } from './rule.ts';
import { dockerfileRules } from './rules/list.ts';
import { runRules } from './run-rules.ts';

/** Every rule that a Dockerfile is held against: those on its instructions, then those on the shell text of RUN. */
export const everyRule: readonly DockerfileRule[] = [...dockerfileRules, ...runRules];
