import type { Command } from 'commander';

/**
 * Returns the possible completions of the last word: `name<TAB>description`, one per line. None where a file or free
 * text is expected.
 *
 * @param words - the input after `latchkey`; the last one may be incomplete or empty
 */
export function completionsOf(program: Command, words: readonly string[]): string[] {
  const begun = words.at(-1) ?? '';
  const { command, positionals, waiting } = walk(program, words.slice(0, -1));
  const candidates =
    waiting === undefined
      ? begun.startsWith('-')
        ? optionsOf(command)
        : [
            ...subcommandsOf(command),
            ...(command.registeredArguments[positionals]?.argChoices ?? []).map(bare),
          ]
      : waiting.map(bare);
  return candidates.filter((candidate) => candidate.startsWith(begun));
}

interface Position {
  readonly command: Command;
  /** The number of arguments already entered. */
  readonly positionals: number;
  /** The values of the option before the last word; undefined when it takes no value. */
  readonly waiting: readonly string[] | undefined;
}

function walk(program: Command, words: readonly string[]): Position {
  let command = program;
  let positionals = 0;
  let waiting: readonly string[] | undefined;
  for (const word of words) {
    if (waiting !== undefined) {
      waiting = undefined;
      continue;
    }
    if (word.startsWith('-')) {
      const option = command.options.find(({ long, short }) => long === word || short === word);
      if (option?.required === true) waiting = option.argChoices ?? [];
      continue;
    }
    const next = command.commands.find((candidate) => candidate.name() === word);
    if (next === undefined) positionals += 1;
    else {
      command = next;
      positionals = 0;
    }
  }
  return { command, positionals, waiting };
}

const bare = (value: string): string => `${value}\t`;

function subcommandsOf(command: Command): string[] {
  return command.commands.map((one) => `${one.name()}\t${one.description()}`);
}

function optionsOf(command: Command): string[] {
  const own = command.options.filter(({ hidden }) => !hidden);
  return [
    ...own.map(({ long, short, description }) => `${long ?? short}\t${description}`),
    '--help\tdisplay help',
  ];
}
