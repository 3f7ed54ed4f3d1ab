import { csvHead, csvLine } from '../../platform/http/export/table-formats.ts';
import type { AuditEvent } from './audit-event.ts';

/** A file format for events. */
export interface EventFormat {
  readonly contentType: string;
  /** The text before the first event. */
  readonly head: string;
  line(event: AuditEvent): string;
}

export const formatNames = ['csv', 'jsonl'] as const;
export type FormatName = (typeof formatNames)[number];

/** The columns of a CSV file. JSON lines have the whole event. */
const csvColumns = [
  'id',
  'at',
  'tenant',
  'kind',
  'action',
  'outcome',
  'actor',
  'actorKind',
  'channel',
  'subject',
  'resource',
  'instance',
  'reason',
  'detail',
  'latency',
  'requestId',
] as const satisfies readonly (keyof AuditEvent)[];

export const eventFormats: Readonly<Record<FormatName, EventFormat>> = {
  csv: {
    contentType: 'text/csv; charset=utf-8',
    head: csvHead(csvColumns),
    line: (event) => csvLine(csvColumns.map((column) => event[column])),
  },
  jsonl: {
    contentType: 'application/jsonl; charset=utf-8',
    head: '',
    line: (event) => `${JSON.stringify(event)}\n`,
  },
};
