import { permissionsOfRole, rolesGranting } from '@latchkey/permissions';
import { policy, type AppRole } from '@latchkey/policy';
import { isRole, shownPermissions } from '../policy.ts';

export interface StubAccess {
  /** The approvers' names; `null` when they cannot be read. */
  approvers: readonly string[] | null;
  /** Reports that an editor owns. */
  ownedReports: number;
  tenant: string;
}

/** The response of `session.access` for a user with this role: the policy in the shape of the real server's response. */
export function stubAccessOf(role: AppRole | null, { approvers, ownedReports, tenant }: StubAccess) {
  const elsewhere = tenant === 'default' ? [] : shownPermissions.filter((one) => one.startsWith('sync:'));
  const here = shownPermissions.filter((one) => !elsewhere.includes(one));
  const held = new Set<string>(role === null ? [] : permissionsOfRole(policy, role));
  const lacked = here.filter((one) => !held.has(one));
  return {
    tenant,
    roles: role === null ? [] : [role],
    permissions: here.filter((one) => held.has(one)),
    onInstances:
      role === 'editor' && ownedReports > 0
        ? [
            {
              resource: 'reports',
              role: 'owner',
              count: ownedReports,
              permissions: ['reports:publish', 'reports:delete'],
            },
          ]
        : [],
    missing: lacked.map((permission) => {
      const { tenant: roles, instance } = rolesGranting(policy, permission);
      return {
        permission,
        roles: roles.filter(isRole),
        instanceRoles: instance.map((one) => one.split('#')[1]),
      };
    }),
    elsewhere,
    rolesFromLogto: tenant === 'default' ? [] : ['viewer', 'admin'],
    approvers:
      approvers === null
        ? null
        : { people: approvers.map((name) => ({ key: `u-${name}`, name })), more: false },
  };
}
