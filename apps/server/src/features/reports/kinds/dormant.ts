import { z } from 'zod';
import type { HolderRow } from './holders.ts';
import { personCells, personColumns, type ReportKindDefinition } from './report-kind.ts';

export interface DormantRow extends HolderRow {
  /** ISO 8601; `null`: never, or not known. */
  readonly lastSignInAt: string | null;
}

export const dormantRequest = z.object({
  kind: z.literal('dormant'),
  /** Days since the last sign-in, at least. */
  days: z.number().int().min(1).max(3_650).default(90),
});

/** Who holds a role and has not signed in for long. */
export const dormant: ReportKindDefinition<z.output<typeof dormantRequest>, DormantRow> = {
  source: 'members:view',
  request: dormantRequest,
  async take({ sources, tenant, limit }, { days }) {
    const { total, people } = await sources.people.holding(tenant, { dormantDays: days, limit });
    return { total, rows: people };
  },
  columns: [...personColumns, 'roles', 'lastSignInAt'],
  cellsOf: (row) => ({ ...personCells(row), roles: row.roles, lastSignInAt: row.lastSignInAt }),
  keyOf: ({ key }) => key,
  valueOf: ({ roles, lastSignInAt }) => [roles.toSorted(), lastSignInAt],
};
