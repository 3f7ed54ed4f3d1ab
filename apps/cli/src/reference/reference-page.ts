import type { Command } from 'commander';
import type { CommandDeps } from '../command-deps.ts';
import { operator } from '../operator-program.ts';
import { createCommand, type Program } from '../program.ts';
import { toolkit } from '../toolkit-program.ts';

const head = `# CLI reference

Two programs are named \`latchkey\`:

- **\`@latchkey/cli\`**, for an app: \`npm install --save-dev @latchkey/cli\`, then \`npx latchkey\`. It needs a policy table (\`--table\` or
  \`LATCHKEY_TABLE\`) and Permit's settings.
- **The operator's**, for the console's server, in a clone (\`npx -y pnpm@10.34.9 latchkey\`) and in the image. It also has the
  [operator's commands](#for-operators), uses the console's table by default, and reports changes to the server's audit log.

Both read their [settings](options.md) from the environment and from \`.env\` in the working directory. With \`--json\`, stdout has only JSON.
Exit codes: 0 for success, 1 for an error, 2 where documented. Every command has \`--help\`, some with examples.

<!-- Written by "pnpm reference". -->
`;

const operatorHead = `## For operators

\`doctor\` also checks Logto and the server.
`;

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

/** Stubs: no command runs here. */
const deps: CommandDeps = {
  env: (schema) => schema.parse({}),
  print: () => {},
  warn: () => {},
  interruption: () => Object.assign(new AbortController().signal, { [Symbol.dispose]() {} }),
  color: false,
  exitWith: () => {},
};

function sectionsOf(command: Command, before: string): string[] {
  const name = `${before} ${command.name()}`;
  const help = command
    .helpOption(false)
    .configureHelp({ helpWidth: 100, visibleCommands: () => [] })
    .helpInformation()
    .trimEnd()
    .replaceAll(/ +$/gm, '');
  const section = `## ${name}\n\n\`\`\`text\n${help}\n\`\`\`\n`;
  return [section, ...command.commands.flatMap((one) => sectionsOf(one, name))];
}

if (import.meta.main) process.stdout.write(await referencePage());
