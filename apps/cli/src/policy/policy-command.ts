import type { Policy } from '@latchkey/permissions';
import type { Command } from 'commander';
import type { CommandDeps } from '../command-deps.ts';

/** What the commands below `policy` use in addition: the table of the option `--table`. */
interface PolicyDeps extends CommandDeps {
  readonly table: () => Promise<Policy>;
}

/** Adds a command below `policy`. */
export type AddPolicyCommand = (policy: Command, deps: PolicyDeps) => void;
