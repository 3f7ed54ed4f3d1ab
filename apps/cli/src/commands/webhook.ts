import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { z } from 'zod';
import { ActionableError, messageOf } from '../actionable-error.ts';
import type { AddCommand, CommandDeps } from '../command-deps.ts';
import { addressOf, sendDelivery, sign } from '../webhook/endpoint.ts';
import { required } from '../env.ts';
import { parseJson, readText } from '../files.ts';
import { url } from '../options.ts';
import { addWebhookExpose } from './webhook-expose.ts';
import { addWebhookListen } from './webhook-listen.ts';

interface KeyOptions {
  readonly keyFile?: string;
  /** Refused with an error, because other users can read a key on the command line. */
  readonly key?: string | true;
}

interface SendOptions extends KeyOptions {
  readonly event: string;
  readonly user?: string;
  readonly organization?: string;
  readonly data?: Record<string, unknown>;
}

interface ReplayOptions extends KeyOptions {
  readonly fresh?: boolean;
}

const Recorded = z.object({
  event: z.string(),
  body: z.string(),
  headers: z.looseObject({ 'logto-signature-sha-256': z.string() }),
});

export const addWebhook: AddCommand = (program, deps) => {
  const webhook = program.command('webhook');
  const send = webhook
    .command('send')
    .description('send a signed event to an endpoint, as Logto would')
    .argument('<url>', 'the endpoint: https://…/api/webhooks/logto', url)
    .requiredOption('--event <name>', 'User.Created, Organization.Deleted, …')
    .option('--user <id>', 'the user in the event')
    .option('--organization <id>', 'the organization in the event')
    .option('--data <json>', 'additional data of the event, a JSON object', jsonObject);
  addKeyOptions(send, 'default: the first of LOGTO_WEBHOOK_SIGNING_KEYS').action(
    async (target: string, options: SendOptions) => {
      const body = JSON.stringify(createEvent(options));
      const signature = sign(body, (await keyOfFile(options)) ?? signingKey(deps));
      const answer = await sendDelivery(target, { body, signature });
      if (typeof answer === 'string') {
        throw new ActionableError('WEBHOOK_NOT_REACHED', {
          says: `${addressOf(target)} does not answer: ${answer}.`,
          fix: 'Start the server, or correct the URL.',
        });
      }
      deps.print(answer.text);
      if (answer.ok) return;
      deps.warn('The endpoint refused the event: check the URL, and after 401 the signing key.');
      deps.exitWith(1);
    },
  );
  const replay = webhook
    .command('replay')
    .description('send recorded deliveries again')
    .argument('<url>', 'the endpoint: https://…/api/webhooks/logto', url)
    .argument('<file>', 'JSON lines with event, headers and body; other lines are skipped')
    .option('--fresh', 'send them with the current time and a new signature');
  addKeyOptions(
    replay,
    'signs again with this key; default with --fresh: the first of LOGTO_WEBHOOK_SIGNING_KEYS',
  ).action(async (target: string, file: string, { fresh = false, ...keys }: ReplayOptions) => {
    const key = (await keyOfFile(keys)) ?? (fresh ? signingKey(deps) : undefined);
    const lines = (await readText(file)).split('\n').filter((line) => line.trim() !== '');
    const deliveries = lines.flatMap((line) => Recorded.safeParse(parseJson(line)).data ?? []);
    if (deliveries.length === 0) {
      throw new ActionableError('RECORDING_EMPTY', {
        says: `${file} has no recorded delivery.`,
        fix: 'Name a file whose lines are JSON with event, headers and body.',
      });
    }
    let refused = 0;
    for (const { event, body: recorded, headers } of deliveries) {
      const body = fresh ? withCurrentTime(recorded) : recorded;
      const signature = key === undefined ? headers['logto-signature-sha-256'] : sign(body, key);
      const answer = await sendDelivery(target, { body, signature }); // oxlint-disable-line no-await-in-loop -- deliveries are sent in the order of the recording
      const isAnswered = typeof answer !== 'string';
      deps.print(`${event}: ${isAnswered ? answer.text : `no answer (${answer})`}`);
      if (!isAnswered || !answer.ok) refused += 1;
    }
    deps.print(`${deliveries.length - refused} of ${deliveries.length} accepted.`);
    if (refused === 0) return;
    deps.warn('Check the URL, and after 401 the signing key; --fresh helps with events that are too old.');
    deps.exitWith(1);
  });
  addWebhookListen(webhook, deps);
  addWebhookExpose(webhook, deps);
};

/** Adds `--key-file` to a command, and a hidden `--key`, which `keyOfFile` refuses. */
function addKeyOptions(command: Command, whenAbsent: string): Command {
  return command
    .option('--key-file <file>', `the file with the signing key, - for stdin; ${whenAbsent}`)
    .addOption(new Option('--key [key]').hideHelp());
}

/** @throws {ActionableError} `KEY_ON_COMMAND_LINE`, `KEY_FILE_UNREADABLE` */
async function keyOfFile({ key, keyFile }: KeyOptions): Promise<string | undefined> {
  if (key !== undefined) {
    throw new ActionableError('KEY_ON_COMMAND_LINE', {
      says: 'Every user of this machine can read a signing key on the command line.',
      fix: 'Set LOGTO_WEBHOOK_SIGNING_KEYS, or give --key-file <file>; --key-file - reads standard input.',
    });
  }
  if (keyFile === undefined) return undefined;
  const unreadable = (reason: string): ActionableError =>
    new ActionableError('KEY_FILE_UNREADABLE', {
      says: `There is no signing key in ${keyFile}: ${reason}.`,
      fix: 'Write the key of the webhook, as Logto shows it, into a file that only you can read.',
    });
  const content = await (keyFile === '-' ? text(process.stdin) : readFile(keyFile, 'utf8')).catch(
    (error: unknown) => {
      throw unreadable(messageOf(error));
    },
  );
  const first = firstKey(content);
  if (first === '') throw unreadable('it is empty');
  return first;
}

const KeyEnvironment = z.object({ LOGTO_WEBHOOK_SIGNING_KEYS: required });

function signingKey({ env }: CommandDeps): string {
  return firstKey(env(KeyEnvironment).LOGTO_WEBHOOK_SIGNING_KEYS);
}

function firstKey(keys: string): string {
  return keys.split(',')[0]?.trim() ?? '';
}

/** `Post*` events have the user in `user`, all others the changed object in `data`. */
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

function withCurrentTime(body: string): string {
  const event = z.record(z.string(), z.unknown()).parse(JSON.parse(body));
  return JSON.stringify({ ...event, createdAt: new Date().toISOString() });
}

function jsonObject(text: string): Record<string, unknown> {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  } catch {
    throw new InvalidArgumentError('Must be a JSON object.');
  }
}
