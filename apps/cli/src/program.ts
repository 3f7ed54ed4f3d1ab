import { Command } from 'commander';
import type { CommandDeps } from './command-deps.ts';
import { addConnect } from './commands/connect.ts';
import { addDoctor } from './commands/doctor.ts';
import { addExplain } from './commands/explain.ts';
import { addGrant } from './commands/grant.ts';
import { addPolicy } from './commands/policy.ts';
import { addRotate } from './commands/rotate.ts';
import { addSync } from './commands/sync.ts';
import { addWebhook } from './commands/webhook.ts';
import { explainPermitFailure } from './explain-permit-failure.ts';

/**
 * Runs `latchkey <words>`. A command that fails rejects; `main.ts` prints the error and sets the exit code.
 * @throws {ActionableError} also when a call to Permit failed
 */
export async function runProgram(words: readonly string[], deps: CommandDeps): Promise<void> {
  try {
    await createProgram(deps).parseAsync(words, { from: 'user' });
  } catch (error) {
    throw explainPermitFailure(error);
  }
}

function createProgram(deps: CommandDeps): Command {
  const program = new Command('latchkey')
    .description("The operator's hand on Latchkey")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => deps.print(text.trimEnd()),
      writeErr: (text) => deps.warn(text.trimEnd()),
      getOutHasColors: () => deps.color,
    });
  addConnect(program, deps);
  addDoctor(program, deps);
  addPolicy(program, deps);
  addGrant(program, deps);
  addExplain(program, deps);
  addRotate(program, deps);
  addSync(program, deps);
  addWebhook(program, deps);
  return program;
}
