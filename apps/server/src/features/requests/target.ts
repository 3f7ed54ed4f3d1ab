import {
  permissionsOfResourceRole,
  permissionsOfRole,
  rolesOf,
  type ResourceRoleOf,
} from '@latchkey/permissions';
import { policy, type AppPermission } from '@latchkey/policy';
import { z } from 'zod';

/** The resources on whose instances a role can be asked for: those with a page. */
export const requestedResources = ['reports', 'collections'] as const;
type RequestedResource = (typeof requestedResources)[number];

/** Reports and collections have the same roles. */
type InstanceRole = ResourceRoleOf<typeof policy, RequestedResource>;
const instanceRoles = Object.keys(policy.resources.reports.roles) as InstanceRole[]; // oxlint-disable-line typescript/no-unsafe-type-assertion -- keys of the policy itself

/** What can be asked for: a role in the caller's tenant, or a role on one of its reports or collections. */
export const Target = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('role'), role: z.enum(rolesOf(policy)) }),
  z.object({
    kind: z.literal('instance'),
    resource: z.enum(requestedResources),
    id: z.uuid().toLowerCase(),
    role: z.enum(instanceRoles),
  }),
]);
export type Target = z.output<typeof Target>;

/** The columns of a target. */
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

/** `undefined` for a role that the policy no longer has. */
export function targetOf({ role, resource, instance }: TargetColumns): Target | undefined {
  const columns =
    resource === null ? { kind: 'role', role } : { kind: 'instance', resource, id: instance, role };
  return Target.safeParse(columns).data;
}

/** The instance as Permit names it, `reports:<id>`; `undefined` for a role in the tenant. */
export function objectOf({ resource, instance }: TargetColumns): string | undefined {
  return resource === null ? undefined : `${resource}:${instance}`;
}

/** The permissions that the role grants, in the tenant or on the instance. */
export function permissionsOfTarget(target: Target): AppPermission[] {
  return target.kind === 'role'
    ? permissionsOfRole(policy, target.role)
    : permissionsOfResourceRole(policy, target.resource, target.role);
}
