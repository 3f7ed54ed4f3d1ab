import { z } from 'zod';
import { permissionsOfRoles } from '../../../directory/preview-roles.ts';
import type { HolderRow, ReportKindDefinition } from './report-kind.ts';

export interface MachineRow extends HolderRow {
  /** The permissions that the current policy grants to the roles, in the policy's order. */
  readonly permissions: readonly string[];
}

const request = z.object({ kind: z.literal('machines') });

export const machines: ReportKindDefinition<typeof request, MachineRow> = {
  source: 'members:view',
  request,
  async readRows({ holders, tenant, limit }) {
    const { total, rows } = await holders(tenant, { roles: [], onlyMachines: true, limit });
    return { total, rows: rows.map((row) => ({ ...row, permissions: [...permissionsOfRoles(row.roles)] })) };
  },
  columns: ['key', 'name', 'roles', 'permissions'],
  cellsOf: ({ key, name, roles, permissions }) => ({ key, name, roles, permissions }),
  keyOf: ({ key }) => key,
  valueOf: ({ roles, permissions }) => [roles.toSorted(), permissions.toSorted()],
};
