import type { AddCommand } from '../command-deps.ts';
import { addConnectLogto } from './connect-logto.ts';
import { addConnectPermit } from './connect-permit.ts';

export const addConnect: AddCommand = (program, deps) => {
  const connect = program
    .command('connect')
    .description('set up Logto and Permit for Latchkey, and the settings for both');
  addConnectLogto(connect, deps);
  addConnectPermit(connect, deps);
};
