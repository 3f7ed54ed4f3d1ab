import { Argument } from 'commander';
import type { AddCommand } from '../command-deps.ts';
import { shellScripts } from '../completion/shell-scripts.ts';

export const addCompletion: AddCommand = (program, deps) => {
  program
    .command('completion')
    .addArgument(new Argument('<shell>', 'whose completion to print').choices(Object.keys(shellScripts)))
    .addHelpText(
      'after',
      `
  bash   echo 'eval "$(latchkey completion bash)"' >> ~/.bashrc
  zsh    echo 'eval "$(latchkey completion zsh)"' >> ~/.zshrc, after compinit
  fish   latchkey completion fish > ~/.config/fish/completions/latchkey.fish`,
    )
    .action((shell: keyof typeof shellScripts) => deps.print(shellScripts[shell]));
};
