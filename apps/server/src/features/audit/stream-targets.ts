import { open } from 'node:fs/promises';
import { postSigned } from '../../platform/http/post-signed.ts';
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

/** Posts a batch as JSON lines. */
export function createSendToUrl(target: NonNullable<StreamSettings['http']>): SendEvents {
  return (events, signal) =>
    postSigned(
      {
        ...target,
        id: events.at(-1)?.id ?? '',
        contentType: 'application/jsonl',
        body: linesOf(events),
        receiver: 'audit stream',
      },
      signal,
    );
}
