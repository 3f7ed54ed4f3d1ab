import { Command, CommanderError } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import type { CommandDeps } from './command-deps.ts';

interface Entry {
  readonly description: string;
  readonly load: () => Promise<(program: Command, deps: CommandDeps) => Promise<void> | void>;
}

/** One of the programs named `latchkey`: the operator's, or the published one. */
export interface Program extends Pick<CommandDeps, 'defaultTable' | 'reportChange' | 'compareScopes'> {
  readonly description: string;
  /** The commands in the order of `--help`. Only the called one is loaded, because most load slowly. */
  readonly commands: Readonly<Record<string, Entry>>;
}

/** A failing command rejects: with an {@link ActionableError} if a call of Permit or Logto failed. */
export async function runProgram(
  program: Program,
  args: readonly string[],
  given: CommandDeps,
): Promise<void> {
  const { defaultTable, reportChange, compareScopes } = program;
  const deps: CommandDeps = { defaultTable, ...given, reportChange, compareScopes };
  const [first, ...rest] = args;
  if (first === '__complete') {
    const { completionsOf } = await import('./commands/completion.ts');
    const typed = rest[0] === '--' ? rest.slice(1) : rest;
    for (const line of completionsOf(await createCommand(program, typed, deps), typed)) deps.print(line);
    return;
  }
  const command = await createCommand(program, args, deps);
  try {
    await command.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) throw error;
    const { explainVendorFailure } = await import('./explain-vendor-failure.ts');
    throw explainVendorFailure(error);
  }
}

/** Loads the subcommands named in the arguments, and registers only the names of the others. */
export async function createCommand(
  { description, commands }: Program,
  args: readonly string[],
  deps: CommandDeps,
): Promise<Command> {
  const program = new Command('latchkey')
    .description(description)
    .version(manifest.version)
    .exitOverride()
    .showHelpAfterError('Add --help to see the usage.')
    .configureOutput({
      writeOut: (text) => deps.print(text.trimEnd()),
      writeErr: (text) => deps.warn(text.trimEnd()),
      getOutHasColors: () => deps.color,
    });
  /* oxlint-disable no-await-in-loop -- in this order; usually one */
  for (const [name, { description, load }] of Object.entries(commands)) {
    if (args.includes(name)) await (await load())(program, deps);
    else program.command(name);
    program.commands.find((command) => command.name() === name)?.description(description);
  }
  /* oxlint-enable no-await-in-loop */
  return program;
}
