import { parseSuspendedRoles, suspendedRolesAttribute, type PermitReads } from '@latchkey/directory-sync';
import { permissionsOf, permissionsOfResourceRole, type Policy } from '@latchkey/permissions';
import { policy, type AppPermission } from '@latchkey/policy';
import { readHeldRoles } from '../../../directory/held-roles.ts';
import { permissionsOfRoles } from '../../../directory/preview-roles.ts';
import {
  parseInstance,
  sharedResourceOf,
  shareRoles,
  type SharedResource,
  type ShareRole,
} from '../../../directory/shared-resources.ts';

export interface SharedInstance {
  readonly resource: SharedResource;
  readonly id: string;
  readonly tenant: string;
}

export interface InstanceRole {
  readonly user: string;
  readonly role: ShareRole;
  /** The instance from which the role is inherited, `collections:<id>`; `null` for a role assigned directly. */
  readonly via: string | null;
}

interface Derivation {
  readonly role: ShareRole;
  /** The name of the role from which `role` is derived. */
  readonly from: string;
  /** The resource of the instance on which the user has that role. */
  readonly on: string;
  /** The relation that links that instance to the one on which the role is derived. */
  readonly relation: string;
}

const { resources }: Policy = policy;

function derivationsOf(resource: SharedResource): Derivation[] {
  return shareRoles.flatMap((role) =>
    (resources[resource]?.roles?.[role]?.derivedFrom ?? []).map(({ role: from, on, via: relation }) => ({
      role,
      from,
      on,
      relation,
    })),
  );
}

function isShareRole(role: string): role is ShareRole {
  return Object.hasOwn(policy.resources.reports.roles, role);
}

export function objectOf({
  resource,
  id,
}: Pick<SharedInstance, 'resource' | 'id'>): `${SharedResource}:${string}` {
  return `${resource}:${id}`;
}

/** Parses the name of an instance in Permit. `undefined`: not a report or a collection. */
export function sharedInstance(tenant: string, name: string): SharedInstance | undefined {
  const resource = sharedResourceOf(name);
  return resource && { resource, id: parseInstance(name).id, tenant };
}

export interface RoleSource {
  readonly instance: string;
  readonly derivations: readonly Derivation[];
}

/** Reads the instances from which this one inherits roles. @throws {PermitApiError} */
export async function sourcesOf(
  reads: Pick<PermitReads, 'linksTo'>,
  on: SharedInstance,
): Promise<RoleSource[]> {
  const derivations = derivationsOf(on.resource);
  if (derivations.length === 0) return [];
  const links = await reads.linksTo(objectOf(on));
  return links.flatMap(({ subject, relation }) => {
    const passed = derivations.filter((one) => one.relation === relation && subject.startsWith(`${one.on}:`));
    return passed.length === 0 ? [] : [{ instance: subject, derivations: passed }];
  });
}

/** Reads the roles on the instance, including inherited ones, with their holders. @throws {PermitApiError} */
export async function readRolesOn(
  reads: Pick<PermitReads, 'rolesOn'>,
  on: SharedInstance,
  sources: readonly RoleSource[],
): Promise<InstanceRole[]> {
  const [direct, ...derived] = await Promise.all([
    reads.rolesOn(on.tenant, objectOf(on)),
    ...sources.map(async ({ instance, derivations }) =>
      (await reads.rolesOn(on.tenant, instance)).flatMap(({ user, role }) =>
        derivations
          .filter(({ from }) => from === role)
          .map((one): InstanceRole => ({ user, role: one.role, via: instance })),
      ),
    ),
  ]);
  const given = direct.flatMap(({ user, role }): InstanceRole[] =>
    isShareRole(role) ? [{ user, role, via: null }] : [],
  );
  return [...given, ...derived.flat()];
}

type PermitGrants = Awaited<ReturnType<PermitReads['grantsOf']>>;

export interface PersonRoles {
  readonly inTenant: readonly string[];
  readonly onInstance: readonly Omit<InstanceRole, 'user'>[];
}

/** Reads a user's roles, including those that a reactivation will restore. @throws {PermitApiError} */
export async function readPersonRoles(
  reads: Pick<PermitReads, 'user' | 'grantsOf' | 'linksTo'>,
  on: SharedInstance,
  subject: string,
): Promise<PersonRoles> {
  const [{ assigned, stored }, sources] = await Promise.all([
    readHeldRoles(reads, { tenant: on.tenant, subject }),
    sourcesOf(reads, on),
  ]);
  const grants = [...assigned, ...stored];
  return {
    inTenant: grants.filter(({ instance }) => instance === undefined).map(({ role }) => role),
    onInstance: rolesFrom(grants, on, sources),
  };
}

/** Reads the roles that a reactivation will restore. @throws {PermitApiError} */
export async function readStoredGrants(
  reads: Pick<PermitReads, 'user'>,
  subject: string,
): Promise<PermitGrants> {
  return parseSuspendedRoles((await reads.user(subject))?.attributes[suspendedRolesAttribute]);
}

/** Returns the different roles on the instance that a user's grants include or pass on. */
export function rolesFrom(
  grants: PermitGrants,
  on: SharedInstance,
  sources: readonly RoleSource[],
): PersonRoles['onInstance'] {
  const heldOn = (object: string): Set<string> =>
    new Set(
      grants
        .filter(({ tenant, instance }) => tenant === on.tenant && instance === object)
        .map(({ role }) => role),
    );
  return [
    ...[...heldOn(objectOf(on))].filter(isShareRole).map((role) => ({ role, via: null })),
    ...sources.flatMap(({ instance, derivations }) => {
      const held = heldOn(instance);
      return derivations.filter(({ from }) => held.has(from)).map(({ role }) => ({ role, via: instance }));
    }),
  ];
}

/** The permissions on an instance of the resource that roles grant without conditions, in the policy's order. */
export function permissionsBy(
  resource: SharedResource,
  {
    inTenant,
    onInstance,
  }: { readonly inTenant: readonly string[]; readonly onInstance: readonly ShareRole[] },
): AppPermission[] {
  const ofInstance = onInstance.flatMap((role) => permissionsOfResourceRole(policy, resource, role));
  const held = new Set([...permissionsOfRoles(inTenant), ...ofInstance]);
  return permissionsOf(policy).filter(
    (permission) =>
      permission.startsWith(`${resource}:`) && held.has(permission) && isOnInstance(resource, permission),
  );
}

/** Returns `false` for permissions on the resource as a whole, such as creating. */
function isOnInstance(resource: SharedResource, permission: AppPermission): boolean {
  const action = permission.slice(resource.length + 1);
  return Object.values(resources[resource]?.roles ?? {}).some(({ permissions }) =>
    permissions.includes(action),
  );
}
