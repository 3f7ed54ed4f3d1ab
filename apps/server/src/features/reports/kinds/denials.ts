import { z } from 'zod';
import { auditPeriod, namesOf, type ReportedPerson, type ReportKindDefinition } from './report-kind.ts';

/** A user's denials for one permission. Times are ISO 8601. */
export interface DenialRow extends ReportedPerson {
  readonly permission: string;
  readonly times: number;
  /** The number of instances on which the permission was denied; 0 if the checks named none. */
  readonly instances: number;
  readonly firstAt: string;
  readonly lastAt: string;
}

const request = z.object({ kind: z.literal('denials'), days: auditPeriod });

export const denials: ReportKindDefinition<typeof request, DenialRow> = {
  source: 'audit:view',
  request,
  async readRows({ sources, tenant, periodOf }, { days }) {
    const { total, rows } = await sources.auditFacts.denials(tenant, periodOf(days));
    const actors = rows.map(({ actor }) => actor);
    const named = await namesOf(sources, tenant, actors);
    return {
      total,
      rows: rows.map(({ actor, permission, times, instances, firstAt, lastAt }) => ({
        ...named(actor),
        permission,
        times,
        instances,
        firstAt: firstAt.toISOString(),
        lastAt: lastAt.toISOString(),
      })),
    };
  },
  columns: ['key', 'name', 'permission', 'times', 'instances', 'firstAt', 'lastAt'],
  cellsOf: ({ key, name, permission, times, instances, firstAt, lastAt }) => ({
    key,
    name,
    permission,
    times,
    instances,
    firstAt,
    lastAt,
  }),
  keyOf: ({ key, permission }) => `${permission} ${key}`,
  valueOf: ({ times, instances }) => [times, instances],
};
