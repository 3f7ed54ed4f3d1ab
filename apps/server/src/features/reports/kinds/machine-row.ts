import { permissionsOfRole, rolesOf } from '@latchkey/permissions';
import { policy } from '@latchkey/policy';
import type { HolderRow, MachineRow } from './report-content.ts';

/** A machine and what its roles in the organization grant, in the order of the policy. */
export function machineRow(holder: HolderRow): MachineRow {
  const known = rolesOf(policy).filter((role) => holder.roles.includes(role));
  return {
    ...holder,
    permissions: [...new Set(known.flatMap((role) => permissionsOfRole(policy, role)))],
  };
}
