import { open } from 'node:fs/promises';
import { signWebhook } from '../../platform/http/sign-webhook.ts';
import type { AuditEvent } from './audit-event.ts';
import { eventFormats } from './event-format.ts';

/** Sends events to a target. @throws unless the receiver has all of them */
export type SendEvents = (events: readonly AuditEvent[], signal: AbortSignal) => Promise<void>;

export interface StreamSettings {
  /** A file to append lines to. */
  readonly file?: string | undefined;
  readonly http?: { readonly url: string; readonly secret: string } | undefined;
}

const linesOf = (events: readonly AuditEvent[]): string =>
  events.map((event) => eventFormats.jsonl.line(event)).join('');

/**
 * Appends to a file that only its owner can read. The file is opened for each batch, so that it can be rotated by
 * renaming, and synced to disk before the batch counts as sent.
 */
export function createSendToFile(path: string): SendEvents {
  return async (events) => {
    const file = await open(path, 'a+', 0o600);
    try {
      const { size } = await file.stat();
      const { buffer } = await file.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1));
      // A killed process left a partial line, which stays separate.
      const isTorn = size > 0 && buffer.toString() !== '\n';
      await file.writeFile(`${isTorn ? '\n' : ''}${linesOf(events)}`);
      await file.sync();
    } finally {
      await file.close();
    }
  };
}

/**
 * Posts a signed batch as JSON lines. A redirect counts as a refusal, because the operator configured this receiver.
 * Only the status of the response is read.
 */
export function createSendToUrl({ url, secret }: NonNullable<StreamSettings['http']>): SendEvents {
  return async (events, signal) => {
    const body = linesOf(events);
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/jsonl',
        ...signWebhook({ id: events.at(-1)?.id ?? '', body, secret }),
      },
      body,
      redirect: 'manual',
      signal,
    });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`The receiver of the audit stream answered ${response.status}.`);
  };
}
