import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { HeaderLanguage } from '../../platform/http/export/column-headers.ts';
import { createExportHandler, filterParameter } from '../../platform/http/export/create-export-handler.ts';
import type { Authenticate, SignedIn } from '../../platform/trpc/context.ts';
import { EventFilter } from './audit-inputs.ts';
import {
  applicationIn,
  eventFormats,
  formatNames,
  type EventFormat,
  createEventNames,
  type EventNamesDeps,
} from './event-format.ts';
import { createEventReader } from './event-reader.ts';
import { originOf, type Audit } from './record.ts';

export interface ExportDeps extends EventNamesDeps {
  readonly db: NodePgDatabase;
  readonly audit: Pick<Audit, 'changed'>;
  readonly authenticate: Authenticate;
  readonly now: () => Date;
}

const ExportQuery = z.object({
  format: z.enum(formatNames),
  /** The filter fields of `audit.list`. */
  filter: filterParameter(EventFilter),
});

const pageSize = 1_000;

/**
 * `GET /api/audit/export?format=csv|jsonl&filter=…`: the events of `audit.list` up to the time of the call, newest
 * first. Streams page by page, so that memory use does not depend on their number.
 * @throws {AppError} `TOKEN_*`, `VIEW_AS_READ_ONLY`, `INPUT_INVALID`, `FORBIDDEN`, `SERVER_BUSY`
 */
export function createAuditExportHandler(deps: ExportDeps): RequestHandler {
  const { db, audit, authenticate, now } = deps;
  const namesIn = createEventNames(deps);
  return createExportHandler({
    authenticate,
    query: ExportQuery,
    admit: ({ caller }) => caller.permissions.require('audit:view'),
    record: ({ caller: { identity }, query, requestId }, end) =>
      audit.changed({
        ...originOf({ identity, requestId, channel: 'console' }),
        action: 'audit.export',
        after: query,
        ...end,
      }),
    file({ caller, language, query: { format, filter } }) {
      const until = now().toISOString();
      const to = filter.to === undefined || filter.to > until ? until : filter.to;
      return {
        name: `audit-${until.slice(0, 10)}.${format}`,
        contentType: eventFormats[format].contentType,
        parts: pagesOf(caller, { ...filter, to }, { format: eventFormats[format], language }),
      };
    },
  });

  async function* pagesOf(
    caller: SignedIn,
    filter: EventFilter,
    { format, language }: { readonly format: EventFormat; readonly language: HeaderLanguage },
  ): AsyncGenerator<string, void> {
    const reader = createEventReader(db, caller.identity.tenant);
    let before: string | undefined;
    let head = format.head(language);
    /* oxlint-disable no-await-in-loop -- sequential pages */
    for (;;) {
      const events = await reader.list(filter, { before, limit: pageSize });
      const names = await namesIn(caller, events);
      const people = new Map(names.people.map(({ key, name }) => [key, name]));
      const nameOf = (key: string | null): string | null => (key === null ? null : (people.get(key) ?? null));
      const named = events.map((event) => ({
        ...event,
        actorName: nameOf(event.actor),
        subjectName: nameOf(event.subject),
        ...applicationIn(event.detail),
        instanceTitle: event.instance === null ? null : (names.titles[event.instance] ?? null),
      }));
      const text = head + named.map((event) => format.line(event)).join('');
      head = '';
      if (text !== '') yield text;
      if (events.length < pageSize) return;
      before = events.at(-1)?.id;
      // Stops the export if the caller has lost the permission.
      await caller.permissions.require('audit:view');
    }
    /* oxlint-enable no-await-in-loop */
  }
}
