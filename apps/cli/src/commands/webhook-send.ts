import { InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';
import type { AddCommand } from '../command-deps.ts';
import {
  addKeyOptions,
  keyOfFile,
  sendDelivery,
  sign,
  signingKey,
  type KeyOptions,
} from '../webhook/send-delivery.ts';

interface SendOptions extends KeyOptions {
  readonly event: string;
  readonly user?: string;
  readonly organization?: string;
  readonly data?: Record<string, unknown>;
}

export const addWebhookSend: AddCommand = (program, deps) => {
  const command = program
    .command('send')
    .description('send a signed event to an endpoint, as Logto would')
    .argument('<url>', 'the endpoint: https://…/api/webhooks/logto')
    .requiredOption('--event <name>', 'User.Created, Organization.Deleted, …')
    .option('--user <id>', 'the user that it is about')
    .option('--organization <id>', 'the organization that it is about')
    .addOption(new Option('--data <json>', "more of the event's data, a JSON object").argParser(jsonObject));
  addKeyOptions(command, 'the first of LOGTO_WEBHOOK_SIGNING_KEYS when absent').action(
    async (url: string, options: SendOptions) => {
      const body = JSON.stringify(createEvent(options));
      const signature = sign(body, (await keyOfFile(options)) ?? signingKey(deps));
      const { ok, text } = await sendDelivery(url, { body, signature });
      deps.print(text);
      if (!ok) deps.exitWith(1);
    },
  );
};

/** Logto has two shapes of events: `Post*` events have the user in `user`, all others have the changed object in `data`. */
function createEvent({ event, user, organization, data = {} }: SendOptions): object {
  const base = {
    event,
    createdAt: new Date().toISOString(),
    userAgent: 'latchkey webhook send',
    hookId: 'latchkey',
  };
  if (event.startsWith('Post'))
    return { ...base, userId: user, user: { id: user, isSuspended: false, ...data } };
  const id = user ?? organization;
  const params = user === undefined ? { id: organization } : { userId: user };
  return {
    ...base,
    params: id === undefined ? {} : params,
    data: { ...(id === undefined ? {} : { id }), ...data },
  };
}

function jsonObject(text: string): Record<string, unknown> {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  } catch {
    throw new InvalidArgumentError('A JSON object, please.');
  }
}
