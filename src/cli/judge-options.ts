import type { Command } from 'commander';
import { defined } from './defined.ts';

/** Options of commands that judge an image by a policy. */
export interface JudgeFlags {
  readonly policy?: string;
  readonly scope?: string;
  readonly environment?: string;
  readonly team?: string;
  readonly regulation?: readonly string[];
  readonly waivers?: readonly string[];
  readonly vex?: readonly string[];
}

/** Adds the options that say by what an image is judged. */
export function addJudgeOptions(command: Command): Command {
  return command
    .optionsGroup('The judgement:')
    .option('--policy <file>', 'a policy file, or production or development')
    .option('--scope <name>', 'which scope of the policy applies')
    .option('--environment <name>', 'where it is to run: picks scopes')
    .option('--team <name>', 'whose it is: picks scopes')
    .option('--regulation <name...>', 'what it is under: picks scopes')
    .option('--waivers <file...>', 'files of waivers beside the policy')
    .option('--vex <file...>', 'OpenVEX or CycloneDX VEX documents');
}

/** What of a judge's options a user says. */
export function judgeOptions({ waivers, vex, regulation: regulations, ...flags }: JudgeFlags) {
  const { policy, scope, environment, team } = flags;
  return {
    ...defined({ policy, scope, environment, team, regulations }),
    waiverFiles: waivers ?? [],
    vexFiles: vex ?? [],
  };
}
