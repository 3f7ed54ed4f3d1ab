import type { Policy } from '@latchkey/permissions';
import type { Command } from 'commander';
import type { CommandDeps } from '../command-deps.ts';

/** What the commands about a table share: the table that the call names. */
interface PolicyDeps extends CommandDeps {
  readonly table: () => Promise<Policy>;
}

/** Adds its command under `policy`. */
export type AddPolicyCommand = (policy: Command, deps: PolicyDeps) => void;
