import { permissionsOfResourceRole, rolesGranting, rolesOf, type ResourceOf } from '@latchkey/permissions';
import { PermitApiError, type InstanceGrants } from '@latchkey/permissions/permit';
import { policy, type AppPermission, type AppRole } from '@latchkey/policy';
import type { Approvers, ApproversOf } from '../../directory/approvers.ts';
import type { Context, SignedIn } from '../../platform/trpc/context.ts';
import { gatedPermissionsIn } from '../../directory/gated-permissions.ts';
import { rolesFromLogto } from '../../directory/role-source.ts';
import { resourcesWithRoles } from '../../directory/shared-resources.ts';
import type { PdpDecider } from '../../directory/decisions.ts';

/** Includes only permissions that a gate requires. */
export interface Access {
  readonly tenant: string;
  readonly roles: readonly AppRole[];
  /** The permissions that the user has in the whole tenant. */
  readonly permissions: readonly AppPermission[];
  /** The user's roles on instances, including derived ones, with the permissions that these add. */
  readonly onInstances: readonly HeldOnInstances[];
  /** The permissions that the user does not have in the whole tenant. */
  readonly missing: readonly MissingPermission[];
  /** Permissions for the whole installation, which no role in this organization grants. */
  readonly elsewhere: readonly AppPermission[];
  /** Roles that sync manages, which are assigned and removed in Logto. */
  readonly rolesFromLogto: readonly AppRole[];
  /** Without the user; `null` if the names are unavailable, empty if nothing is missing or there are no others. */
  readonly approvers: Approvers | null;
}

interface HeldOnInstances {
  readonly resource: AppResource;
  readonly role: string;
  readonly count: number;
  readonly permissions: readonly AppPermission[];
}

interface MissingPermission {
  readonly permission: AppPermission;
  readonly roles: readonly AppRole[];
  /** The roles on an instance of the permission's resource that grant it there. */
  readonly instanceRoles: readonly string[];
}

type AppResource = ResourceOf<typeof policy>;

export interface AccessDeps {
  readonly decider: Pick<PdpDecider, 'instanceGrants'>;
  readonly approversOf: ApproversOf;
}

/** Reads a user's access. @throws {AuthorizationUnavailableError} */
export async function accessOf(
  { identity, permissions, router }: SignedIn & Pick<Context, 'router'>,
  deps: AccessDeps,
): Promise<Access> {
  const { subject, tenant } = identity;
  const { here, elsewhere } = await gatedPermissionsIn(tenant, router);
  const resources = resourcesWithRoles.filter((resource) =>
    here.some((permission) => permission.startsWith(`${resource}:`)),
  );

  const [granted, grants] = await Promise.all([
    permissions.granted(),
    deps.decider.instanceGrants(identity, resources),
  ]);
  const held = new Set(granted.permissions);
  const missing = here.filter((permission) => !held.has(permission)).map(missingOf);
  return {
    tenant,
    roles: granted.roles,
    permissions: here.filter((permission) => held.has(permission)),
    onInstances: resources.flatMap((resource) =>
      heldOnInstances(resource, grants).map(({ permissions: given, ...role }) => ({
        ...role,
        permissions: given.filter((permission) => here.includes(permission) && !held.has(permission)),
      })),
    ),
    missing,
    elsewhere,
    rolesFromLogto: rolesOf(policy).filter((role) => rolesFromLogto(tenant).has(role)),
    approvers:
      missing.length === 0 ? { people: [], more: false } : await othersWhoApprove(subject, tenant, deps),
  };
}

function missingOf(permission: AppPermission): MissingPermission {
  const { tenant, instance } = rolesGranting(policy, permission);
  return {
    permission,
    roles: tenant,
    instanceRoles: instance.map((role) => role.slice(role.indexOf('#') + 1)),
  };
}

/** `permissions`: those that the role grants on all of the user's instances. */
function heldOnInstances(
  resource: AppResource,
  grants: readonly InstanceGrants<AppPermission>[],
): HeldOnInstances[] {
  return Object.keys(rolesOn(resource)).flatMap((role) => {
    const held = grants.filter((one) => one.resource === resource && one.roles.includes(role));
    if (held.length === 0) return [];
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a key of the resource's own table
    const ofRole = permissionsOfResourceRole(policy, resource, role as never);
    const given = ofRole.filter((permission) => held.every((one) => one.permissions.includes(permission)));
    return [{ resource, role, count: held.length, permissions: given }];
  });
}

function rolesOn(resource: AppResource): Readonly<Record<string, unknown>> {
  const definition = policy.resources[resource];
  return 'roles' in definition ? definition.roles : {};
}

/** Returns the approvers without the user; `null` in an outage, because the page must not fail for lack of names. */
async function othersWhoApprove(
  subject: string,
  tenant: string,
  { approversOf }: AccessDeps,
): Promise<Approvers | null> {
  try {
    const { people, more } = await approversOf(tenant);
    return { people: people.filter(({ key }) => key !== subject), more };
  } catch (error) {
    if (error instanceof PermitApiError) return null;
    throw error;
  }
}
