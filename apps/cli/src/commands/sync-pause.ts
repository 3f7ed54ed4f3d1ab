import type { AddCommand } from '../command-deps.ts';
import { openServer } from '../server/connect-server.ts';

/** Adds `pause` and `resume`. */
export const addSyncPause: AddCommand = (program, deps) => {
  program
    .command('pause')
    .description('stop writing to Permit on all replicas; deliveries are still stored')
    .addHelpText(
      'after',
      '\nExample:\n  latchkey sync pause && latchkey policy apply && latchkey sync resume',
    )
    .action(async () => {
      await openServer(deps).call((api) => api.sync.pause.mutate());
      deps.print('Sync is paused: deliveries are stored and wait for "latchkey sync resume".');
    });
  program
    .command('resume')
    .description('process the deliveries that wait after a pause')
    .addHelpText('after', '\nExample:\n  latchkey sync resume')
    .action(async () => {
      await openServer(deps).call((api) => api.sync.resume.mutate());
      deps.print('Sync goes on with what waits.');
    });
};
