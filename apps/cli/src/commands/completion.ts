import { Argument, type Command } from 'commander';
import type { AddCommand } from '../command-deps.ts';

/** Each completes with the output of `latchkey __complete -- <args>`, or with file names if there is none. */
const shellScripts = {
  bash: `_latchkey() {
  local IFS=$'\\n' line
  COMPREPLY=()
  while read -r line; do
    COMPREPLY+=("\${line%%$'\\t'*}")
  done < <(latchkey __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _latchkey latchkey`,
  zsh: `#compdef latchkey
_latchkey() {
  local line
  local -a found
  for line in "\${(@f)$(latchkey __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    [[ -n $line ]] && found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  (( \${#found} )) && _describe latchkey found || _files
}
compdef _latchkey latchkey`,
  fish: `function __latchkey_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l found (latchkey __complete -- $words[2..-1] 2>/dev/null)
  if test (count $found) -gt 0
    printf '%s\\n' $found
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c latchkey -f -a '(__latchkey_complete)'`,
} as const;

export const addCompletion: AddCommand = (program, deps) => {
  program
    .command('completion')
    .addArgument(new Argument('<shell>', 'the shell').choices(Object.keys(shellScripts)))
    .addHelpText(
      'after',
      `
  bash   echo 'eval "$(latchkey completion bash)"' >> ~/.bashrc
  zsh    echo 'eval "$(latchkey completion zsh)"' >> ~/.zshrc, after compinit
  fish   latchkey completion fish > ~/.config/fish/completions/latchkey.fish`,
    )
    .action((shell: keyof typeof shellScripts) => deps.print(shellScripts[shell]));
};

/**
 * Completions of the last argument, as `name<TAB>description`. None where a file or free text is expected.
 * @param args - the input after `latchkey`; the last one may be incomplete or empty
 */
export function completionsOf(program: Command, args: readonly string[]): string[] {
  let command = program;
  let position = 0;
  /** Undefined unless the option before the last argument takes a value. */
  let values: readonly string[] | undefined;
  for (const arg of args.slice(0, -1)) {
    const isValue = values !== undefined;
    values = undefined;
    if (isValue) continue;
    const next = command.commands.find((candidate) => candidate.name() === arg);
    if (arg.startsWith('-')) {
      const option = command.options.find(({ long, short }) => long === arg || short === arg);
      if (option?.required === true) values = option.argChoices ?? [];
    } else if (next === undefined) position += 1;
    else [command, position] = [next, 0];
  }
  const begun = args.at(-1) ?? '';
  return candidatesOf(command, { begun, position, values }).filter((line) => line.startsWith(begun));
}

function candidatesOf(
  { commands, options, registeredArguments }: Command,
  { begun, position, values }: { begun: string; position: number; values: readonly string[] | undefined },
): string[] {
  if (values === undefined && begun.startsWith('-')) {
    const shown = options.filter(({ hidden }) => !hidden);
    const lines = shown.map(({ long, short, description }) => `${long ?? short}\t${description}`);
    return [...lines, '--help\tdisplay help'];
  }
  const choices = values ?? registeredArguments[position]?.argChoices ?? [];
  const subcommands = values === undefined ? commands : [];
  return [
    ...subcommands.map((one) => `${one.name()}\t${one.description()}`),
    ...choices.map((value) => `${value}\t`),
  ];
}
