import type { AddCommand } from '../command-deps.ts';
import { addWebhookExpose } from './webhook-expose.ts';
import { addWebhookListen } from './webhook-listen.ts';
import { addWebhookReplay } from './webhook-replay.ts';
import { addWebhookSend } from './webhook-send.ts';

export const addWebhook: AddCommand = (program, deps) => {
  const webhook = program.command('webhook');
  addWebhookSend(webhook, deps);
  addWebhookReplay(webhook, deps);
  addWebhookListen(webhook, deps);
  addWebhookExpose(webhook, deps);
};
