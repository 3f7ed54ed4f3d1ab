import type { Command } from 'commander';

const head = `# CLI reference

\`latchkey\` reads its settings from the environment and from \`.env\` in the working directory; [options](options.md) has them all. In a clone it is
\`npx -y pnpm@10.34.9 latchkey\`. With \`--json\` nothing but JSON is on stdout. Exit codes: 0 for done, 1 for an error, 2 where documented.
\`eval "$(latchkey completion bash)"\` completes commands in bash; zsh and fish likewise.

<!-- Written by "pnpm reference". -->
`;

/** The docs page with the help of every command, in the order of `--help`. */
export function referencePage(program: Command): string {
  return [head, ...program.commands.flatMap((command) => sectionsOf(command, program.name()))].join('\n');
}

function sectionsOf(command: Command, before: string): string[] {
  const name = `${before} ${command.name()}`;
  const help = command.configureHelp({ helpWidth: 100 }).helpInformation().trimEnd();
  const section = `## ${name}\n\n\`\`\`text\n${help}\n\`\`\`\n`;
  return [section, ...command.commands.flatMap((one) => sectionsOf(one, name))];
}
