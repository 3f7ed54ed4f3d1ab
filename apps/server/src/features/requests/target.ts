import { permissionsOfResourceRole, permissionsOfRole, rolesOf } from '@latchkey/permissions';
import { policy, type AppPermission } from '@latchkey/policy';
import { and, eq, isNull, type SQL } from 'drizzle-orm';
import { z } from 'zod';
import { sharedResources, shareRoles, type Instance } from '../../directory/shared-resources.ts';
import { RowId } from '../../platform/text-input.ts';
import type { accessGrants, accessRequests } from './tables.ts';

export const Target = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('role'), role: z.enum(rolesOf(policy)) }),
  z.object({
    kind: z.literal('instance'),
    resource: z.enum(sharedResources),
    id: RowId,
    role: z.enum(shareRoles),
  }),
]);
export type Target = z.output<typeof Target>;

export interface TargetColumns {
  readonly role: string;
  readonly resource: string | null;
  readonly instance: string | null;
}

export function columnsOf(target: Target): TargetColumns {
  return target.kind === 'role'
    ? { role: target.role, resource: null, instance: null }
    : { role: target.role, resource: target.resource, instance: target.id };
}

/** Converts columns to a target. Returns `undefined` if the policy no longer has the role. */
export function targetOf({ role, resource, instance }: TargetColumns): Target | undefined {
  const columns =
    resource === null ? { kind: 'role', role } : { kind: 'instance', resource, id: instance, role };
  return Target.safeParse(columns).data;
}

export function instanceIn({
  resource,
  instance,
}: Pick<TargetColumns, 'resource' | 'instance'>): Instance | null {
  return resource === null || instance === null ? null : { resource, id: instance };
}

/** Returns the instance in Permit's format, `reports:<id>`; `undefined` for a tenant role. */
export function objectOf({ resource, instance }: TargetColumns): string | undefined {
  return resource === null ? undefined : `${resource}:${instance}`;
}

export function permissionsOfTarget(target: Target): AppPermission[] {
  return target.kind === 'role'
    ? permissionsOfRole(policy, target.role)
    : permissionsOfResourceRole(policy, target.resource, target.role);
}

export function isTarget(
  table: typeof accessRequests | typeof accessGrants,
  { role, resource, instance }: TargetColumns,
): SQL | undefined {
  return and(
    eq(table.role, role),
    resource === null ? isNull(table.resource) : eq(table.resource, resource),
    instance === null ? isNull(table.instance) : eq(table.instance, instance),
  );
}

const RequestChange = z.object({
  tenant: z.string(),
  /** The key of the requester or of the grant's holder. */
  subject: z.string(),
  resource: z.string().nullable(),
  instance: z.string().nullable(),
});
/** A request or a grant of this user for this target changed. After a gap in the messages, any may have changed. */
export type RequestChange = z.output<typeof RequestChange>;

export const requestsTopic = { name: 'requests', schema: RequestChange };
