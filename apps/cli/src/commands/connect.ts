import type { AddCommand } from '../command-deps.ts';
import { addConnectLogto } from './connect-logto.ts';
import { addConnectPermit } from './connect-permit.ts';

export const addConnect: AddCommand = (program, deps) => {
  const connect = program.command('connect');
  addConnectLogto(connect, deps);
  addConnectPermit(connect, deps);
};
