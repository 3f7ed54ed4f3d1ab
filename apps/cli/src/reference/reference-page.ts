import type { Command } from 'commander';
import type { CommandDeps } from '../command-deps.ts';
import { operator } from '../operator-program.ts';
import { createCommand, type Program } from '../program.ts';
import { toolkit } from '../toolkit-program.ts';

const head = `# CLI reference

Two programs are named \`latchkey\`:

- **\`@latchkey/cli\`**, for an app with a policy table: \`npm install --save-dev @latchkey/cli\`, then \`npx latchkey\`. It has the
  [first commands](#latchkey-doctor), needs a table (\`--table\` or \`LATCHKEY_TABLE\`) and Permit's settings, and installs nothing of Logto or the server.
- **The operator's**, for the console's server, in a clone (\`npx -y pnpm@10.34.9 latchkey\`) and in the image: also the [operator's commands](#for-operators).
  Without a table it takes the console's, and it reports changes to the server's audit log.

Both read their settings from the environment and from \`.env\` in the working directory; [options](options.md) has them all. With \`--json\` nothing but
JSON is on stdout. Exit codes: 0 for done, 1 for an error, 2 where documented. \`eval "$(latchkey completion bash)"\` completes commands in bash; zsh
and fish likewise.

<!-- Written by "pnpm reference". -->
`;

const operatorHead = `## For operators

These are in a clone and in the image only. \`doctor\` examines Logto and the server as well.
`;

/** The docs page with the help of every command, in the order of `--help`. */
export async function referencePage(): Promise<string> {
  const ofToolkit = new Set(Object.values(toolkit.commands));
  const ofOperator = Object.entries(operator.commands).filter(([, command]) => !ofToolkit.has(command));
  return [
    head,
    ...(await sectionsOfAll(toolkit)),
    operatorHead,
    ...(await sectionsOfAll({ ...operator, commands: Object.fromEntries(ofOperator) })),
  ].join('\n');
}

async function sectionsOfAll(program: Program): Promise<string[]> {
  const command = await createCommand(program, Object.keys(program.commands), deps);
  return command.commands.flatMap((one) => sectionsOf(one, command.name()));
}

/** Commands read the environment when they run, and none does here. */
const deps: CommandDeps = {
  env: (schema) => schema.parse({}),
  print: () => {},
  warn: () => {},
  color: false,
  exitWith: () => {},
};

function sectionsOf(command: Command, before: string): string[] {
  const name = `${before} ${command.name()}`;
  const help = command.configureHelp({ helpWidth: 100 }).helpInformation().trimEnd();
  const section = `## ${name}\n\n\`\`\`text\n${help}\n\`\`\`\n`;
  return [section, ...command.commands.flatMap((one) => sectionsOf(one, name))];
}

if (import.meta.main) process.stdout.write(await referencePage());
