import type { AppRouter } from '@latchkey/server/router';
import type { inferRouterInputs } from '@trpc/server';
import { ActionableError } from '../actionable-error.ts';
import type { CommandDeps } from '../command-deps.ts';
import { connectServer } from './connect-server.ts';
import { ServerAddress, ServerEnvironment } from './environment.ts';

type ReportedChange = inferRouterInputs<AppRouter>['audit']['report'];

/**
 * Reports to the server's audit log a change that a command has made in Permit directly. Does nothing without
 * LATCHKEY_URL. If the report fails, the change is not undone, and a warning says that it is not recorded.
 */
export async function reportChange(change: ReportedChange, deps: CommandDeps): Promise<void> {
  if (deps.env(ServerAddress).LATCHKEY_URL === undefined) return;
  try {
    await connectServer(deps.env(ServerEnvironment)).call((api) => api.audit.report.mutate(change));
  } catch (error) {
    const reason = error instanceof ActionableError ? error.message : 'the server cannot be asked';
    deps.warn(`The audit log does not have this change: ${reason}`);
  }
}
