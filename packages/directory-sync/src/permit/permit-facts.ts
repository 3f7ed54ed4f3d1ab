import { permitPath, type PermitClient } from '@latchkey/permissions/permit';
import { z } from 'zod';
import type { WantedUser } from '../plan/operation.ts';
import type { PermitGrant, PermitTenantState, PermitUserState } from '../plan/states.ts';
import { AssignmentRead, tenantState, TenantRead, UserRead, userState } from './permit-schemas.ts';

/**
 * Permit's users, tenants and role assignments, by Permit key. Every method rejects with `PermitApiError`, and methods
 * with a `signal` also with its reason.
 */
export interface PermitFacts {
  readonly reads: PermitReads;
  readonly writes: PermitWrites;
}

export interface PermitReads {
  /** The user with roles in tenants, but not on instances. */
  user(key: string): Promise<PermitUserState | undefined>;
  /** All roles of a user, including those on instances. */
  grantsOf(key: string): Promise<PermitGrant[]>;
  tenant(key: string): Promise<PermitTenantState | undefined>;
  /** Pages of 100, with roles on instances. */
  users(signal?: AbortSignal): AsyncGenerator<PermitUserState[], void>;
  tenants(signal?: AbortSignal): AsyncGenerator<PermitTenantState[], void>;
  /** Roles in one tenant, but not on instances, of at most 100 users or by role. */
  rolesIn(tenant: string, which: RolesFilter): Promise<UserRole[]>;
  /** All roles of at most 100 users, including those on instances, in one tenant or in all. */
  grantsOfAll(users: readonly string[], tenant?: string): Promise<(Assignment & Pick<UserRole, 'since'>)[]>;
  /** The roles assigned on one instance, `reports:<id>`; no derived roles. */
  rolesOn(tenant: string, instance: string): Promise<UserRole[]>;
  /** The holders of one role on all instances of a resource in the tenant, in pages of 100; no derived roles. */
  holdersOn(
    tenant: string,
    which: { readonly resource: string; readonly role: string },
  ): AsyncGenerator<{ readonly user: string; readonly instance: string }[], void>;
  /** The instances that are linked to this one, for example `collections:<id>` by `parent`. */
  linksTo(instance: string): Promise<InstanceLink[]>;
  /** The users with a role in the tenant, in pages of 100. */
  usersIn(tenant: string): AsyncGenerator<PermitUserState[], void>;
}

export type RolesFilter = { readonly users: readonly string[] } | { readonly roles: readonly string[] };

export interface InstanceLink {
  /** The start of the relation, `collections:<id>`. */
  readonly subject: string;
  readonly relation: string;
}

export interface UserRole {
  /** The Permit key. */
  readonly user: string;
  readonly role: string;
  /** When the role was assigned, in ISO 8601; `null` if Permit does not say. */
  readonly since: string | null;
}

/**
 * Deleting something absent and assigning a role again succeed, and resolve to `false`. Bulk calls do not say what they
 * skipped. `createUser` rejects with a 409 for an existing user.
 */
export interface PermitWrites {
  createUser(user: WantedUser, grants: readonly PermitGrant[]): Promise<boolean>;
  updateUser(user: WantedUser): Promise<boolean>;
  deleteUser(key: string): Promise<boolean>;
  createTenant(tenant: PermitTenantState): Promise<boolean>;
  updateTenant(tenant: PermitTenantState): Promise<boolean>;
  deleteTenant(key: string): Promise<boolean>;
  assign(user: string, grant: PermitGrant): Promise<boolean>;
  unassign(user: string, grant: PermitGrant): Promise<boolean>;
  createUsers(
    users: readonly { readonly user: WantedUser; readonly grants: readonly PermitGrant[] }[],
  ): Promise<boolean>;
  replaceUsers(
    users: readonly { readonly user: WantedUser; readonly lastName: string | null }[],
  ): Promise<boolean>;
  deleteUsers(keys: readonly string[]): Promise<boolean>;
  createTenants(tenants: readonly PermitTenantState[]): Promise<boolean>;
  deleteTenants(keys: readonly string[]): Promise<boolean>;
  /** Permit skips roles that are already assigned (or, in `unassignAll`, removed). */
  assignAll(assignments: readonly Assignment[]): Promise<boolean>;
  unassignAll(assignments: readonly Assignment[]): Promise<boolean>;
}

export interface Assignment {
  readonly user: string;
  readonly grant: PermitGrant;
}

const LinkRead = z.object({ subject: z.string(), relation: z.string() });

function assignmentsPath(query: Record<string, string> | URLSearchParams): string {
  return `/facts/role_assignments?${new URLSearchParams(query).toString()}`;
}

export function createPermitFacts(client: PermitClient): PermitFacts {
  async function* userPages(list: string, signal?: AbortSignal): AsyncGenerator<PermitUserState[], void> {
    const pages = client.pages(`${list}?include_resource_instance_roles=true`, UserRead, signal);
    for await (const users of pages) yield users.map(userState);
  }
  const assignments = (query: Record<string, string> | URLSearchParams) =>
    client.list(assignmentsPath(query), AssignmentRead);
  const assignmentsOf = async (which: RolesFilter, tenant?: string) => {
    const [name, values] = 'users' in which ? ['user', which.users] : ['role', which.roles];
    if (values.length === 0) return [];
    const query = new URLSearchParams(tenant === undefined ? {} : { tenant });
    for (const value of values) query.append(name, value);
    return (await assignments(query)).filter((one) => tenant === undefined || one.tenant === tenant);
  };

  return {
    reads: {
      async user(key) {
        const found = await client.find(permitPath`/facts/users/${key}`, UserRead);
        return found && userState(found);
      },
      grantsOf: async (user) => (await assignments({ user })).map(grantIn),
      rolesIn: async (tenant, which) =>
        (await assignmentsOf(which, tenant)).filter((one) => one.resource_instance == null).map(roleOf),
      grantsOfAll: async (users, tenant) =>
        (await assignmentsOf({ users }, tenant)).map((one) => ({ ...roleOf(one), grant: grantIn(one) })),
      rolesOn: async (tenant, instance) =>
        (await assignments({ tenant, resource_instance: instance }))
          .filter((one) => one.tenant === tenant && one.resource_instance === instance)
          .map(roleOf),
      async *holdersOn(tenant, which) {
        for await (const page of client.pages(assignmentsPath({ tenant, ...which }), AssignmentRead))
          yield page.flatMap(({ user, role, resource_instance: instance, ...one }) =>
            one.tenant === tenant &&
            role === which.role &&
            instance?.startsWith(`${which.resource}:`) === true
              ? [{ user, instance }]
              : [],
          );
      },
      linksTo: (instance) => client.list(permitPath`/facts/relationship_tuples?object=${instance}`, LinkRead),
      async tenant(key) {
        const found = await client.find(permitPath`/facts/tenants/${key}`, TenantRead);
        return found && tenantState(found);
      },
      users: (signal) => userPages('/facts/users', signal),
      usersIn: (tenant) => userPages(permitPath`/facts/tenants/${tenant}/users`),
      async *tenants(signal) {
        const pages = client.pages('/facts/tenants', TenantRead, signal);
        for await (const tenants of pages) yield tenants.map(tenantState);
      },
    },
    writes: writesOf((...call) => client.change(...call)),
  };
}

function writesOf(change: PermitClient['change']): PermitWrites {
  return {
    createUser: (user, grants) =>
      change('POST', '/facts/users', { body: { ...userBody(user), role_assignments: grants } }),
    updateUser(user) {
      const { key, ...body } = userBody(user);
      return change('PATCH', permitPath`/facts/users/${key}`, { body });
    },
    deleteUser: (key) => change('DELETE', permitPath`/facts/users/${key}`, { unless: 404 }),
    createTenant: (body) => change('POST', '/facts/tenants', { body, unless: 409 }),
    updateTenant: ({ key, ...body }) => change('PATCH', permitPath`/facts/tenants/${key}`, { body }),
    deleteTenant: (key) => change('DELETE', permitPath`/facts/tenants/${key}`, { unless: 404 }),
    assign: (user, grant) =>
      change('POST', '/facts/role_assignments', { body: assignmentBody({ user, grant }), unless: 409 }),
    unassign: (user, grant) =>
      change('DELETE', '/facts/role_assignments', { body: assignmentBody({ user, grant }), unless: 404 }),
    createUsers(users) {
      const operations = users.map(({ user, grants }) => ({ ...userBody(user), role_assignments: grants }));
      return change('POST', '/facts/bulk/users', { body: { operations } });
    },
    replaceUsers(users) {
      const operations = users.map(({ user, lastName }) => ({ ...userBody(user), last_name: lastName }));
      return change('PUT', '/facts/bulk/users', { body: { operations } });
    },
    deleteUsers: (idents) => change('DELETE', '/facts/bulk/users', { body: { idents } }),
    createTenants: (operations) => change('POST', '/facts/bulk/tenants', { body: { operations } }),
    deleteTenants: (idents) => change('DELETE', '/facts/bulk/tenants', { body: { idents } }),
    assignAll: (all) => change('POST', '/facts/role_assignments/bulk', { body: all.map(assignmentBody) }),
    unassignAll: (all) => change('DELETE', '/facts/role_assignments/bulk', { body: all.map(assignmentBody) }),
  };
}

function userBody({ key, email, firstName, attributes }: WantedUser) {
  return { key, email, first_name: firstName, attributes };
}

function grantIn({
  role,
  tenant,
  resource_instance: instance,
}: z.output<typeof AssignmentRead>): PermitGrant {
  return instance == null ? { role, tenant } : { role, tenant, instance };
}

function roleOf({ user, role, created_at: since = null }: z.output<typeof AssignmentRead>): UserRole {
  return { user, role, since };
}

function assignmentBody({ user, grant: { role, tenant, instance } }: Assignment) {
  return { user, role, tenant, ...(instance === undefined ? {} : { resource_instance: instance }) };
}
