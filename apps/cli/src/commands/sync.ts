import type { AddCommand } from '../command-deps.ts';
import { addSyncPlan } from './sync-plan.ts';
import { addSyncRecover } from './sync-recover.ts';
import { addSyncReplay } from './sync-replay.ts';
import { addSyncRun } from './sync-run.ts';
import { addSyncStatus } from './sync-status.ts';

export const addSync: AddCommand = (program, deps) => {
  const sync = program.command('sync').description("Logto's directory and Permit's");
  addSyncPlan(sync, deps);
  addSyncRun(sync, deps);
  addSyncRecover(sync, deps);
  addSyncReplay(sync, deps);
  addSyncStatus(sync, deps);
};
