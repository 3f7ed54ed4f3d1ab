import { rolesOf } from '@latchkey/permissions';
import { policy } from '@latchkey/policy';
import { z } from 'zod';
import { personCells, personColumns, type HolderRow, type ReportKindDefinition } from './report-kind.ts';

const request = z.object({
  kind: z.literal('access-review'),
  /** Includes only holders of one of these roles. Default: all role holders. */
  roles: z
    .array(z.enum(rolesOf(policy)))
    .max(20)
    .default([]),
});

export const accessReview: ReportKindDefinition<typeof request, HolderRow> = {
  source: 'members:view',
  request,
  readRows: ({ holders, tenant, limit }, { roles }) => holders(tenant, { roles, onlyMachines: false, limit }),
  columns: [...personColumns, 'roles'],
  cellsOf: (row) => ({ ...personCells(row), roles: row.roles }),
  keyOf: ({ key }) => key,
  valueOf: ({ roles }) => roles.toSorted(),
};
