import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { Option, type Command } from 'commander';
import { z } from 'zod';
import { ActionableError } from '../actionable-error.ts';
import type { CommandDeps } from '../command-deps.ts';
import { required } from '../env.ts';

const KeyEnvironment = z.object({ LOGTO_WEBHOOK_SIGNING_KEYS: required });

export interface KeyOptions {
  readonly keyFile?: string;
  /** Refused. */
  readonly key?: string | true;
}

/** Adds `--key-file` to a command. */
export function addKeyOptions(command: Command, whenAbsent: string): Command {
  return command
    .option('--key-file <file>', `the file with the signing key, - for standard input; ${whenAbsent}`)
    .addOption(new Option('--key [key]').hideHelp());
}

/** The key in `--key-file`. @throws {ActionableError} `KEY_ON_COMMAND_LINE`, `KEY_FILE_UNREADABLE` */
export async function keyOfFile({ key, keyFile }: KeyOptions): Promise<string | undefined> {
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
      throw unreadable(error instanceof Error ? error.message : String(error));
    },
  );
  const first = firstKey(content);
  if (first === '') throw unreadable('it is empty');
  return first;
}

/** The first of the configured signing keys. */
export function signingKey({ env }: CommandDeps): string {
  return firstKey(env(KeyEnvironment).LOGTO_WEBHOOK_SIGNING_KEYS);
}

function firstKey(keys: string): string {
  return keys.split(',')[0]?.trim() ?? '';
}

/** Signs like Logto: HMAC-SHA256 of the body as lower-case hex; the key is used as text. */
export function sign(body: string, key: string): string {
  return createHmac('sha256', key).update(body).digest('hex');
}

/** Sends one delivery like Logto. Returns the status and the first 300 characters of the response. */
export async function sendDelivery(
  url: string,
  { body, signature }: { readonly body: string; readonly signature: string },
): Promise<{ readonly ok: boolean; readonly status: number; readonly text: string }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'user-agent': 'Logto (https://logto.io/)',
      'content-type': 'application/json',
      'logto-signature-sha-256': signature,
    },
    body,
    signal: AbortSignal.timeout(10_000),
  });
  return {
    ok: response.ok,
    status: response.status,
    text: `${response.status} ${(await response.text()).slice(0, 300)}`,
  };
}
