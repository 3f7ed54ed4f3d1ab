import { z } from 'zod';
import { auditPeriod, namesOf, type ReportedPerson, type ReportKindDefinition } from './report-kind.ts';

export interface ChangeRow {
  readonly id: string;
  /** ISO 8601. */
  readonly at: string;
  readonly action: string;
  readonly outcome: string;
  /** `null` for the server itself. */
  readonly actor: ReportedPerson | null;
  readonly subject: ReportedPerson | null;
  readonly resource: string | null;
  readonly instance: string | null;
  readonly before: Readonly<Record<string, unknown>> | null;
  readonly after: Readonly<Record<string, unknown>> | null;
}

const request = z.object({ kind: z.literal('changes'), days: auditPeriod });

export const changes: ReportKindDefinition<typeof request, ChangeRow> = {
  source: 'audit:view',
  request,
  async readRows({ sources, tenant, periodOf }, { days }) {
    const found = await sources.auditFacts.changes(tenant, periodOf(days));
    const keys = found.rows.flatMap(({ actor, subject }) => [actor, subject]);
    const named = await namesOf(
      sources,
      tenant,
      keys.filter((key) => key !== null),
    );
    const personOf = (key: string | null): ReportedPerson | null => (key === null ? null : named(key));
    return {
      total: found.total,
      rows: found.rows.map(({ actor, subject, detail, ...row }) => ({
        ...row,
        actor: personOf(actor),
        subject: personOf(subject),
        before: recordIn(detail?.['before']),
        after: recordIn(detail?.['after']),
      })),
    };
  },
  columns: [
    'id',
    'at',
    'action',
    'outcome',
    'actor',
    'actorName',
    'subject',
    'subjectName',
    'resource',
    'instance',
    'before',
    'after',
  ],
  cellsOf: ({ actor, subject, ...row }) => ({
    ...row,
    actor: actor?.key ?? null,
    actorName: actor?.name ?? null,
    subject: subject?.key ?? null,
    subjectName: subject?.name ?? null,
  }),
  keyOf: ({ id }) => id,
  // Events never change, so rows with the same id are equal.
  valueOf: () => null,
};

function recordIn(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === 'object' && value !== null ? { ...value } : null;
}
