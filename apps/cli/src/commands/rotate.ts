import type { AddCommand } from '../command-deps.ts';
import { addRotateWebhookKey } from './rotate-webhook-key.ts';

export const addRotate: AddCommand = (program, deps) => {
  const rotate = program.command('rotate');
  addRotateWebhookKey(rotate, deps);
};
