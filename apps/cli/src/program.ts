import { Command, CommanderError } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import type { AddCommand, CommandDeps } from './command-deps.ts';

interface Entry {
  readonly description: string;
  /** Loads the command with its dependencies. */
  readonly load: () => Promise<AddCommand>;
}

/** The commands, in the order of `--help`. Only the called one is loaded, because most are slow to load. */
const entries: Readonly<Record<string, Entry>> = {
  init: {
    description: 'ask for what is missing, set everything up, and end with an examination',
    load: async () => (await import('./commands/init.ts')).addInit,
  },
  connect: {
    description: 'set up Logto and Permit for Latchkey, and the settings for both',
    load: async () => (await import('./commands/connect.ts')).addConnect,
  },
  doctor: {
    description: 'examine the settings and the services they connect to; each line has a fix',
    load: async () => (await import('./commands/doctor.ts')).addDoctor,
  },
  policy: {
    description: "the policy table and Permit's environment",
    load: async () => (await import('./commands/policy.ts')).addPolicy,
  },
  grant: {
    description: 'assign a tenant role to a user; creates the user if Permit does not know it',
    load: async () => (await import('./commands/grant.ts')).addGrant,
  },
  explain: {
    description:
      'explain why a user can do something, or what would allow it; exits with 2 when the PDP decides otherwise',
    load: async () => (await import('./commands/explain.ts')).addExplain,
  },
  sync: {
    description: "Logto's directory and Permit's",
    load: async () => (await import('./commands/sync.ts')).addSync,
  },
  webhook: {
    description: "send or receive Logto's webhooks manually",
    load: async () => (await import('./commands/webhook.ts')).addWebhook,
  },
  rotate: {
    description: 'replace a secret while everything runs',
    load: async () => (await import('./commands/rotate-webhook-key.ts')).addRotate,
  },
  completion: {
    description: 'print the completion of a shell: eval "$(latchkey completion bash)"',
    load: async () => (await import('./commands/completion.ts')).addCompletion,
  },
};

/**
 * Runs `latchkey <args>`. A failing command rejects; `main.ts` prints the error and sets the exit code.
 * @throws {ActionableError} also when a Permit call failed
 */
export async function runProgram(args: readonly string[], deps: CommandDeps): Promise<void> {
  const [first, ...rest] = args;
  if (first === '__complete') {
    const { completionsOf } = await import('./commands/completion.ts');
    const typed = rest[0] === '--' ? rest.slice(1) : rest;
    for (const line of completionsOf(await createProgram(typed, deps), typed)) deps.print(line);
    return;
  }
  if (first === '__reference') {
    const { referencePage } = await import('./reference/reference-page.ts');
    deps.print(referencePage(await createProgram(Object.keys(entries), { ...deps, color: false })).trimEnd());
    return;
  }
  const program = await createProgram(args, deps);
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) throw error;
    const { explainPermitFailure } = await import('./explain-permit-failure.ts');
    throw explainPermitFailure(error);
  }
}

/** Creates the program with the commands among the arguments; for the others only their names are registered. */
async function createProgram(args: readonly string[], deps: CommandDeps): Promise<Command> {
  const program = new Command('latchkey')
    .description("The operator's hand on Latchkey")
    .version(manifest.version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => deps.print(text.trimEnd()),
      writeErr: (text) => deps.warn(text.trimEnd()),
      getOutHasColors: () => deps.color,
    });
  for (const [name, { description, load }] of Object.entries(entries)) {
    if (args.includes(name))
      (await load())(program, deps); // oxlint-disable-line no-await-in-loop -- in this order; usually one
    else program.command(name);
    program.commands.find((command) => command.name() === name)?.description(description);
  }
  return program;
}
