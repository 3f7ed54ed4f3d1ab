import { csvHead, csvLine } from '../../platform/http/export/csv.ts';
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

const columns = [
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
    head: csvHead(columns),
    line: (event) => csvLine(columns.map((column) => event[column])),
  },
  jsonl: {
    contentType: 'application/jsonl; charset=utf-8',
    head: '',
    line: (event) => `${JSON.stringify(event)}\n`,
  },
};
