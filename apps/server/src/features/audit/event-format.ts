import type { AuditEvent } from './audit-event.ts';

/** How events are written into a file. */
export interface EventFormat {
  readonly contentType: string;
  /** What comes before the first event. */
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
    // The mark at the beginning tells Excel that it is UTF-8. Lines end as RFC 4180 says.
    head: `\u{FEFF}${columns.join(',')}\r\n`,
    line: (event) => `${columns.map((column) => cellOf(event[column])).join(',')}\r\n`,
  },
  jsonl: {
    contentType: 'application/jsonl; charset=utf-8',
    head: '',
    line: (event) => `${JSON.stringify(event)}\n`,
  },
};

/** Spreadsheets take a cell that begins like this for a formula: https://owasp.org/www-community/attacks/CSV_Injection. */
const formula = /^[=+\-@\t\r]/u;

function cellOf(value: AuditEvent[keyof AuditEvent]): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return `"${(formula.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
}
