import type { AddCommand } from '../command-deps.ts';
import { addSyncDeliveries } from './sync-deliveries.ts';
import { addSyncPause } from './sync-pause.ts';
import { addSyncRecover } from './sync-recover.ts';
import { addSyncReplay } from './sync-replay.ts';
import { addSyncRun } from './sync-run.ts';
import { addSyncStatus } from './sync-status.ts';

export const addSync: AddCommand = (program, deps) => {
  const sync = program.command('sync');
  addSyncStatus(sync, deps);
  addSyncRun(sync, deps);
  addSyncDeliveries(sync, deps);
  addSyncReplay(sync, deps);
  addSyncRecover(sync, deps);
  addSyncPause(sync, deps);
};
