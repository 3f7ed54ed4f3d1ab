import type { Policy } from '@latchkey/permissions';
import type { Command } from 'commander';
import type { CommandDeps } from '../command-deps.ts';

/** The dependencies of `policy` subcommands: also the table from `--table`. */
interface PolicyDeps extends CommandDeps {
  readonly table: () => Promise<Policy>;
}

/** Adds a subcommand of `policy`. */
export type AddPolicyCommand = (policy: Command, deps: PolicyDeps) => void;
