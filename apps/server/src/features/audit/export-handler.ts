import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { RequestHandler } from 'express';
import { z } from 'zod';
import { AppError } from '../../app-error.ts';
import type { SignedIn } from '../../trpc/context.ts';
import { asAppError } from '../../trpc/error-data.ts';
import { EventFilter } from './audit-inputs.ts';
import { eventFormats, formatNames, type EventFormat } from './event-format.ts';
import { createEventReader } from './event-reader.ts';
import type { Audit } from './record.ts';

export interface ExportDeps {
  readonly db: NodePgDatabase;
  readonly audit: Pick<Audit, 'changed'>;
  /** From an `Authorization` header to the caller. */
  readonly authenticate: (header: string | undefined) => Promise<SignedIn>;
  readonly now: () => Date;
}

const ExportQuery = z.object({
  format: z.enum(formatNames),
  /** The filter as JSON, with the fields that `audit.list` has. */
  filter: z
    .string()
    .default('{}')
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown; // oxlint-disable-line typescript/no-unsafe-type-assertion -- it is parsed next
      } catch {
        context.addIssue('must be JSON');
        return z.NEVER;
      }
    })
    .pipe(EventFilter),
});

/** Events that are read at once. */
const pageSize = 1_000;
/** Exports that run at the same time, at most: each holds some pages in memory, and reads for as long as its receiver takes. */
const most = 4;

/**
 * `GET /api/audit/export?format=csv|jsonl&filter=…`: what `audit.list` shows, as a file, the newest event first. Page by page: its
 * memory does not depend on the number of events. It has the events up to now, and is itself an event.
 * @throws {AppError} `TOKEN_*`, `INPUT_INVALID`, `FORBIDDEN`, `SERVER_BUSY`
 */
export function createExportHandler({ db, audit, authenticate, now }: ExportDeps): RequestHandler {
  const running = new Set<string>();
  return async (request, response) => {
    const caller = await authenticate(request.get('authorization'));
    const { subject, tenant } = caller.identity;
    const { format, filter } = parsed(request.query);
    const record = (more: { readonly outcome: 'done' | 'failed'; readonly reason?: string }): void =>
      audit.changed({
        tenant,
        action: 'audit.export',
        channel: 'console',
        actor: caller.identity,
        after: { format, filter },
        requestId: response.get('x-request-id'),
        ...more,
      });
    const key = JSON.stringify([tenant, subject]);
    try {
      await caller.permissions.require('audit:view');
      if (running.size >= most || running.has(key))
        throw new AppError('SERVER_BUSY', 'An export is running. Try again when it has ended.');
    } catch (error) {
      record({ outcome: 'failed', reason: asAppError(error).code });
      throw error;
    }
    running.add(key);
    // Before the first event leaves: no way to break it off leaves it unrecorded.
    record({ outcome: 'done' });
    try {
      const until = now().toISOString();
      const to = filter.to === undefined || filter.to > until ? until : filter.to;
      const pages = pagesOf({ db, caller, format: eventFormats[format], filter: { ...filter, to } });
      // Before anything is sent, so that an outage is an answer that says so.
      const first = await pages.next();
      response.set({
        'content-type': eventFormats[format].contentType,
        'content-disposition': `attachment; filename="audit-${until.slice(0, 10)}.${format}"`,
        'cache-control': 'no-store',
      });
      await pipeline(Readable.from(resumed(first, pages), { highWaterMark: 1 }), response);
    } catch (error) {
      if (!response.headersSent) throw error;
      // The connection ends before its last part: the receiver can tell that the file is not whole.
      if (!hasLeft(error)) request.log.error({ err: error }, 'an export broke off');
    } finally {
      running.delete(key);
    }
  };
}

interface Export {
  readonly db: NodePgDatabase;
  readonly caller: SignedIn;
  readonly format: EventFormat;
  readonly filter: EventFilter;
}

async function* resumed(
  first: IteratorResult<string, void>,
  rest: AsyncGenerator<string, void>,
): AsyncGenerator<string, void> {
  if (first.done === true) return;
  yield first.value;
  yield* rest;
}

/** Whether the receiver closed the connection. */
function hasLeft(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
}

async function* pagesOf({ db, caller, format, filter }: Export): AsyncGenerator<string, void> {
  const reader = createEventReader(db, caller.identity.tenant);
  let before: string | undefined;
  let head = format.head;
  /* oxlint-disable no-await-in-loop -- page after page */
  for (;;) {
    const events = await reader.list(filter, { before, limit: pageSize });
    const text = head + events.map((event) => format.line(event)).join('');
    head = '';
    if (text !== '') yield text;
    if (events.length < pageSize) return;
    before = events.at(-1)?.id;
    // Who loses the right while the file is written gets no more of it.
    await caller.permissions.require('audit:view');
  }
  /* oxlint-enable no-await-in-loop */
}

function parsed(query: unknown): z.output<typeof ExportQuery> {
  const { data, error } = ExportQuery.safeParse(query);
  if (data !== undefined) return data;
  throw new AppError('INPUT_INVALID', z.prettifyError(error));
}
