import { shownValue, type Redirection } from '../../formats/shell/index.ts';
import type { Invocation, ShellDraft, ShellRule } from '../shell/index.ts';

/** Redirections do what they look like. */
export const meantRedirections: ShellRule = {
  name: 'meant-redirections',
  summary: 'Redirections do what they look like.',
  explanation:
    'Of two redirections of one output the last wins; 2>&1 before > file sends errors to the log, not to the file; > 1 writes a file named 1; sudo’s command does not open what its redirection names.',
  category: 'correctness',
  severity: 'warning',
  aliases: ['SC2261', 'SC2069', 'SC2210', 'SC2024'],
  check({ commands }) {
    return commands.filter(({ wrappers }) => wrappers.length === 0).flatMap(ofCommand);
  },
};

function ofCommand({ name, place, from, to }: Invocation): ShellDraft[] {
  const outputs = place.command.redirections.filter(({ operator }) => /^(?:&?>>?|>\||>&)$/.test(operator));
  const drafts: ShellDraft[] = [];
  const files = outputs.filter(({ operator, descriptor }) => operator !== '>&' && (descriptor ?? 1) === 1);
  if (files.length > 1)
    drafts.push(at(files.at(-1)!, 'this output was redirected already, and the last one wins', 'SC2261'));
  const toOutput = outputs.findIndex(
    ({ operator, descriptor, target }) => operator === '>&' && descriptor === 2 && textOf(target) === '1',
  );
  const later = toOutput < 0 ? undefined : outputs.slice(toOutput + 1).find((each) => files.includes(each));
  if (later !== undefined && place.pipeline === undefined)
    drafts.push(at(later, 'errors do not go to this file: 2>&1 stands before it', 'SC2069'));
  for (const each of files)
    if (/^[0-9]$/.test(textOf(each.target)))
      drafts.push(at(each, `this writes a file named ${textOf(each.target)}`, 'SC2210'));
  if (name === 'sudo' && files.length > 0)
    drafts.push({
      from,
      to,
      message: 'the shell opens this file, not sudo',
      advice: 'do without sudo',
      aliases: ['SC2024'],
    });
  return drafts;
}

function textOf(target: Redirection['target']): string {
  return target === undefined ? '' : shownValue(target);
}

function at({ from, to }: Redirection, message: string, alias: string): ShellDraft {
  const advice =
    alias === 'SC2069' ? 'write > file 2>&1' : alias === 'SC2210' ? 'write >& for a descriptor' : 'leave one out';
  return { from, to, message, advice, aliases: [alias] };
}
