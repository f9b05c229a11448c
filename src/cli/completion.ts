import { Argument } from 'commander';
import { allCommands, pathOf } from './all-options.ts';
import type { RegisterCommand } from './command.ts';

/** `plimsoll completion SHELL`: a script that completes commands and flags. */
export const registerCompletion: RegisterCommand = (command, io) => {
  command
    .addArgument(new Argument('<shell>', 'which shell').choices(['bash', 'zsh', 'fish']))
    .addHelpText(
      'before',
      'Examples:\n  source <(plimsoll completion bash)\n  plimsoll completion fish > ~/.config/fish/completions/plimsoll.fish\n',
    )
    .action(async (shell: 'bash' | 'zsh' | 'fish') => {
      const words = await completionWords();
      io.stdout.write(
        shell === 'fish'
          ? fish(words)
          : shell === 'zsh'
            ? `#compdef plimsoll\nautoload -U +X bashcompinit && bashcompinit\n${bash(words)}`
            : bash(words),
      );
    });
};

interface Words {
  /** The words of a command, empty for the program. */
  readonly command: string;
  readonly next: readonly { readonly word: string; readonly help: string }[];
  readonly flags: readonly { readonly flag: string; readonly help: string; readonly choices?: readonly string[] }[];
}

async function completionWords(): Promise<Words[]> {
  const commands = await allCommands();
  const top = commands.filter((command) => !pathOf(command).includes(' '));
  return [
    {
      command: '',
      next: top.map((command) => ({ word: command.name(), help: command.description() })),
      flags: [
        { flag: '--help', help: 'help' },
        { flag: '--version', help: 'version' },
      ],
    },
    ...commands.map((command) => ({
      command: pathOf(command),
      next: command.commands.map((sub) => ({ word: sub.name(), help: sub.description() })),
      flags: command.options
        .filter(({ long }) => long !== undefined && long !== null)
        .map(({ long, description, argChoices }) => ({
          flag: long!,
          help: description,
          ...(argChoices === undefined ? {} : { choices: argChoices }),
        })),
    })),
  ];
}

function bash(words: readonly Words[]): string {
  const cases = words.map(
    ({ command, next, flags }) =>
      `    '${command}') words='${[...next.map(({ word }) => word), ...flags.map(({ flag }) => flag)].join(' ')}' ;;`,
  );
  const choices = [
    ...new Map(
      words
        .flatMap(({ flags }) => flags)
        .filter(({ choices: list }) => list !== undefined)
        .map(({ flag, choices: list }) => [flag, list!]),
    ).entries(),
  ];
  return `_plimsoll() {
  local current="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" path='' words='' i
  case "$before" in
${choices.map(([flag, list]) => `    ${flag}) COMPREPLY=($(compgen -W '${list.join(' ')}' -- "$current")); return ;;`).join('\n')}
  esac
  for ((i = 1; i < COMP_CWORD && i < 3; i++)); do
    case "\${COMP_WORDS[i]}" in -*) ;; *) path="\${path:+$path }\${COMP_WORDS[i]}" ;; esac
  done
  case "$path" in
${cases.join('\n')}
    *) case "\${path%% *}" in
${words
  .filter(({ command }) => command !== '' && !command.includes(' '))
  .map(({ command, flags }) => `      '${command}') words='${flags.map(({ flag }) => flag).join(' ')}' ;;`)
  .join('\n')}
    esac ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current") $(compgen -f -- "$current"))
}
complete -o filenames -F _plimsoll plimsoll
`;
}

function fish(words: readonly Words[]): string {
  const quote = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const lines: string[] = [];
  for (const { command, next, flags } of words) {
    const [first, second] = command.split(' ');
    const when =
      command === ''
        ? '__fish_use_subcommand'
        : `__fish_seen_subcommand_from ${first}${second === undefined ? '' : `; and __fish_seen_subcommand_from ${second}`}`;
    for (const { word, help } of next)
      lines.push(`complete -c plimsoll -n ${quote(when)} -f -a ${word} -d ${quote(help)}`);
    for (const { flag, help, choices } of flags)
      lines.push(
        `complete -c plimsoll -n ${quote(when)} -l ${flag.slice(2)} -d ${quote(help)}${choices === undefined ? '' : ` -x -a ${quote(choices.join(' '))}`}`,
      );
  }
  return `${lines.join('\n')}\n`;
}
