import type { PermitReads } from '@latchkey/directory-sync';
import {
  permissionsOf,
  permissionsOfResourceRole,
  permissionsOfRole,
  rolesOf,
  type Policy,
} from '@latchkey/permissions';
import { policy, type AppPermission } from '@latchkey/policy';
import { shareRoles, type SharedResource, type ShareRole } from '../../../auth/shared-resources.ts';

/** A report or a collection of a tenant. */
export interface SharedInstance {
  readonly resource: SharedResource;
  readonly id: string;
  readonly tenant: string;
}

/** A role on an instance, and who has it. */
export interface InstanceRole {
  readonly user: string;
  readonly role: ShareRole;
  /** The instance whose role passes it down, `collections:<id>`; `null` for a role that was given on the instance itself. */
  readonly via: string | null;
}

interface Derivation {
  readonly role: ShareRole;
  /** A role of this name… */
  readonly from: string;
  /** …on an instance of this resource… */
  readonly on: string;
  /** …that is linked by this relation. */
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

export function objectOf({ resource, id }: Pick<SharedInstance, 'resource' | 'id'>): string {
  return `${resource}:${id}`;
}

/** The instances that pass roles down to this one. @throws {PermitApiError} */
async function sourcesOf(
  reads: Pick<PermitReads, 'linksTo'>,
  on: SharedInstance,
): Promise<{ readonly instance: string; readonly derivations: readonly Derivation[] }[]> {
  const derivations = derivationsOf(on.resource);
  if (derivations.length === 0) return [];
  const links = await reads.linksTo(objectOf(on));
  return links.flatMap(({ subject, relation }) => {
    const passed = derivations.filter((one) => one.relation === relation && subject.startsWith(`${one.on}:`));
    return passed.length === 0 ? [] : [{ instance: subject, derivations: passed }];
  });
}

/** Who has a role on the instance. @throws {PermitApiError} */
export async function readRolesOn(
  reads: Pick<PermitReads, 'rolesOn' | 'linksTo'>,
  on: SharedInstance,
): Promise<InstanceRole[]> {
  const [direct, sources] = await Promise.all([reads.rolesOn(on.tenant, objectOf(on)), sourcesOf(reads, on)]);
  const derived = await Promise.all(
    sources.map(async ({ instance, derivations }) =>
      (await reads.rolesOn(on.tenant, instance)).flatMap(({ user, role }) =>
        derivations
          .filter(({ from }) => from === role)
          .map((one): InstanceRole => ({ user, role: one.role, via: instance })),
      ),
    ),
  );
  const given = direct.flatMap(({ user, role }): InstanceRole[] =>
    isShareRole(role) ? [{ user, role, via: null }] : [],
  );
  return [...given, ...derived.flat()];
}

/** What one person has that counts on an instance. */
export interface PersonRoles {
  readonly inTenant: readonly string[];
  readonly onInstance: readonly Omit<InstanceRole, 'user'>[];
}

/** @throws {PermitApiError} */
export async function readPersonRoles(
  reads: Pick<PermitReads, 'grantsOf' | 'linksTo'>,
  on: SharedInstance,
  subject: string,
): Promise<PersonRoles> {
  const [all, sources] = await Promise.all([reads.grantsOf(subject), sourcesOf(reads, on)]);
  const grants = all.filter(({ tenant }) => tenant === on.tenant);
  const heldOn = (object: string): string[] =>
    grants.filter(({ instance }) => instance === object).map(({ role }) => role);
  return {
    inTenant: grants.filter(({ instance }) => instance === undefined).map(({ role }) => role),
    onInstance: [
      ...heldOn(objectOf(on))
        .filter(isShareRole)
        .map((role) => ({ role, via: null })),
      ...sources.flatMap(({ instance, derivations }) => {
        const held = new Set(heldOn(instance));
        return derivations.filter(({ from }) => held.has(from)).map(({ role }) => ({ role, via: instance }));
      }),
    ],
  };
}

/** What roles allow on an instance of the resource, in the policy's order. What conditions give is not counted. */
export function permissionsBy(
  resource: SharedResource,
  {
    inTenant,
    onInstance,
  }: { readonly inTenant: readonly string[]; readonly onInstance: readonly ShareRole[] },
): AppPermission[] {
  const ofTenant = rolesOf(policy)
    .filter((role) => inTenant.includes(role))
    .flatMap((role) => permissionsOfRole(policy, role));
  const ofInstance = onInstance.flatMap((role) => permissionsOfResourceRole(policy, resource, role));
  const held = new Set<AppPermission>([...ofTenant, ...ofInstance]);
  return permissionsOf(policy).filter(
    (permission) =>
      permission.startsWith(`${resource}:`) && held.has(permission) && isOnInstance(resource, permission),
  );
}

/** Not about the resource as a whole, as creating is. */
function isOnInstance(resource: SharedResource, permission: AppPermission): boolean {
  const action = permission.slice(resource.length + 1);
  return Object.values(resources[resource]?.roles ?? {}).some(({ permissions }) =>
    permissions.includes(action),
  );
}
