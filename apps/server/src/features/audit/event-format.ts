import { headersOf, type HeaderLanguage } from '../../platform/http/export/column-headers.ts';
import { csvHead, csvLine } from '../../platform/http/export/table-formats.ts';
import type { AuditEvent } from './audit-event.ts';

/** A file format for events. */
export interface EventFormat {
  readonly contentType: string;
  /** The text before the first event. */
  head(language: HeaderLanguage): string;
  line(event: NamedEvent): string;
}

/** An event with the names beside its ids; `null` where none is known or may be read. */
export type NamedEvent = AuditEvent &
  Readonly<Partial<Record<'actorName' | 'subjectName' | 'instanceTitle', string | null>>>;

export const formatNames = ['csv', 'jsonl'] as const;
export type FormatName = (typeof formatNames)[number];

/** The columns of a CSV file. JSON lines have the whole event, and its names. */
const csvColumns = [
  'id',
  'at',
  'tenant',
  'kind',
  'action',
  'outcome',
  'actor',
  'actorName',
  'actorKind',
  'channel',
  'subject',
  'subjectName',
  'resource',
  'instance',
  'instanceTitle',
  'reason',
  'detail',
  'latency',
  'requestId',
] as const satisfies readonly (keyof NamedEvent)[];

export const eventFormats: Readonly<Record<FormatName, EventFormat>> = {
  csv: {
    contentType: 'text/csv; charset=utf-8',
    head: (language) => csvHead(headersOf(csvColumns, language)),
    line: (event) => csvLine(csvColumns.map((column) => event[column])),
  },
  jsonl: {
    contentType: 'application/jsonl; charset=utf-8',
    head: () => '',
    line: (event) => `${JSON.stringify(event)}\n`,
  },
};
