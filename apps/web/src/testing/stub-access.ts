import { permissionsOfRole, rolesGranting } from '@latchkey/permissions';
import { policy, type AppRole } from '@latchkey/policy';
import type { AnyTRPCProcedure } from '@trpc/server';
import { z } from 'zod';
import type { Outputs } from '../api/trpc.ts';
import { isRole, shownPermissions } from '../policy.ts';
import { fail, forbidden, isAdmin, isEditor, type StubProcedures } from './stub-procedures.ts';

export interface StubPolicy {
  differences: Outputs['policy']['drift']['differences'];
  /** Whether Permit's API does not respond. */
  isDown: boolean;
}

export function createStubPolicy(): StubPolicy {
  return { differences: [], isDown: false };
}

const Draft = z.object({
  changes: z.array(z.object({ role: z.string(), permission: z.string(), granted: z.boolean() })),
});

/** Every change affects two users, one with a name. */
export function stubPolicyProcedures(
  { gated, operator }: StubProcedures,
  policy: StubPolicy,
): Record<string, AnyTRPCProcedure> {
  return {
    holders: gated.query(() => ({ viewer: 12, editor: 1, admin: 2 })),
    drift: operator.query(() => {
      if (policy.isDown) throw fail({ status: 'SERVICE_UNAVAILABLE', code: 'DIRECTORY_UNAVAILABLE' });
      return { comparedAt: new Date().toISOString(), differences: policy.differences };
    }),
    impact: gated.input(Draft).query(({ ctx, input: { changes } }) => {
      if (!isAdmin(ctx.token) && !isEditor(ctx.token)) throw forbidden('members:view', ['editor', 'admin']);
      const none = { members: 0, first: [] };
      const two = { members: 2, first: [{ key: 'u-nina', name: 'Nina', email: null, isMachine: false }] };
      return changes.map(({ permission, granted }) => ({
        permission,
        gains: granted ? two : none,
        loses: granted ? none : two,
        left: granted ? 2 : 0,
      }));
    }),
  };
}

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
