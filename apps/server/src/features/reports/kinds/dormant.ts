import { z } from 'zod';
import { personCells, personColumns, type HolderRow, type ReportKindDefinition } from './report-kind.ts';

export interface DormantRow extends HolderRow {
  /** ISO 8601; `null` if unknown, or if the user has never signed in. */
  readonly lastSignInAt: string | null;
}

const request = z.object({
  kind: z.literal('dormant'),
  /** The minimum number of days since the last sign-in. */
  days: z.number().int().min(1).max(3_650).default(90),
});

export const dormant: ReportKindDefinition<typeof request, DormantRow> = {
  source: 'members:view',
  request,
  async readRows({ sources, tenant, limit }, { days }) {
    const { total, people } = await sources.people.holders(tenant, { dormantDays: days, limit });
    return { total, rows: people };
  },
  columns: [...personColumns, 'roles', 'lastSignInAt'],
  cellsOf: (row) => ({ ...personCells(row), roles: row.roles, lastSignInAt: row.lastSignInAt }),
  keyOf: ({ key }) => key,
  valueOf: ({ roles, lastSignInAt }) => [roles.toSorted(), lastSignInAt],
};
