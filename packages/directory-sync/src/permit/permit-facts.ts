import { PermitApiError } from '@latchkey/permissions/permit';
import { z } from 'zod';
import type { WantedUser } from '../plan/operation.ts';
import type { PermitGrant, PermitTenantState, PermitUserState } from '../plan/states.ts';
import { AssignmentRead, tenantState, TenantRead, UserPage, UserRead, userState } from './permit-schemas.ts';
import type { PermitTransport } from './permit-transport.ts';

/**
 * Permit's users, tenants and role assignments, with single and bulk calls. Users and tenants are identified by their
 * Permit keys. Every method rejects with `PermitApiError`; methods with a `signal` also with its reason.
 */
export interface PermitFacts {
  readonly reads: PermitReads;
  readonly writes: PermitWrites;
}

export interface PermitReads {
  /** The user with their roles in tenants, without those on instances; `undefined` when Permit does not have the user. */
  user(key: string): Promise<PermitUserState | undefined>;
  /** All roles of a user, including those on instances. */
  grantsOf(key: string): Promise<PermitGrant[]>;
  /** `undefined` when Permit does not have the tenant. */
  tenant(key: string): Promise<PermitTenantState | undefined>;
  /** All users in pages of 100, with their roles on instances. */
  users(signal?: AbortSignal): AsyncGenerator<PermitUserState[], void>;
  /** All tenants in pages of 100. */
  tenants(signal?: AbortSignal): AsyncGenerator<PermitTenantState[], void>;
  /** The roles in one tenant, without those on instances, filtered by users (at most 100) or by roles. */
  rolesIn(tenant: string, which: RolesFilter): Promise<UserRole[]>;
  /** The roles assigned on one instance of the tenant, `reports:<id>`, without derived ones. */
  rolesOn(tenant: string, instance: string): Promise<UserRole[]>;
  /** The instances that are linked to this one, for example `collections:<id>` by `parent`. */
  linksTo(instance: string): Promise<InstanceLink[]>;
  /** The users who have a role in the tenant, in pages of 100. */
  usersIn(tenant: string): AsyncGenerator<PermitUserState[], void>;
}

/** Filters roles by users or by role. */
export type RolesFilter = { readonly users: readonly string[] } | { readonly roles: readonly string[] };

/** A relation from one instance to another. */
export interface InstanceLink {
  /** The instance at which the relation starts, `collections:<id>`. */
  readonly subject: string;
  readonly relation: string;
}

/** A role in a tenant or on an instance, and its holder. */
export interface UserRole {
  /** The user's Permit key. */
  readonly user: string;
  readonly role: string;
}

/**
 * The write calls. Deleting something that does not exist and assigning a role that is already assigned succeed;
 * `createUser` rejects with a 409.
 */
export interface PermitWrites {
  createUser(user: WantedUser, grants: readonly PermitGrant[]): Promise<void>;
  updateUser(user: WantedUser): Promise<void>;
  deleteUser(key: string): Promise<void>;
  createTenant(tenant: PermitTenantState): Promise<void>;
  updateTenant(tenant: PermitTenantState): Promise<void>;
  deleteTenant(key: string): Promise<void>;
  assign(user: string, grant: PermitGrant): Promise<void>;
  unassign(user: string, grant: PermitGrant): Promise<void>;
  createUsers(
    users: readonly { readonly user: WantedUser; readonly grants: readonly PermitGrant[] }[],
  ): Promise<void>;
  replaceUsers(
    users: readonly { readonly user: WantedUser; readonly lastName: string | null }[],
  ): Promise<void>;
  deleteUsers(keys: readonly string[]): Promise<void>;
  createTenants(tenants: readonly PermitTenantState[]): Promise<void>;
  deleteTenants(keys: readonly string[]): Promise<void>;
  /** Permit skips roles that are already assigned, or already removed. */
  assignAll(assignments: readonly Assignment[]): Promise<void>;
  unassignAll(assignments: readonly Assignment[]): Promise<void>;
}

export interface Assignment {
  readonly user: string;
  readonly grant: PermitGrant;
}

const pageSize = 100;
const TenantPage = z.array(TenantRead);
const AssignmentPage = z.array(AssignmentRead);
const LinkPage = z.array(z.object({ subject: z.string(), relation: z.string() }));

/** Permit's facts API (`/v2/facts`). */
export function createPermitFacts(transport: PermitTransport): PermitFacts {
  const write = (method: 'POST' | 'PATCH', path: string, body: unknown): Promise<void> =>
    transport.change({ method, path, kind: 'write', body });
  const remove = (path: string, body?: unknown): Promise<void> =>
    transport.change({ method: 'DELETE', path, kind: 'delete', body });
  const bulk = (method: 'POST' | 'PUT' | 'DELETE', path: string, body: unknown): Promise<void> =>
    transport.change({ method, path, kind: 'bulk', body });

  async function* userPages(path: string, signal?: AbortSignal): AsyncGenerator<PermitUserState[], void> {
    for (let page = 1; ; page++) {
      const query = `page=${page}&per_page=${pageSize}&include_resource_instance_roles=true`;
      const { data } = await transport.get(`${path}?${query}`, { answer: UserPage, signal }); // oxlint-disable-line no-await-in-loop -- only a short page indicates the end
      yield data.map(userState);
      if (data.length < pageSize) return;
    }
  }

  async function* listPages<Item>(path: string, answer: z.ZodType<Item[]>): AsyncGenerator<Item[], void> {
    for (let page = 1; ; page++) {
      const found = await transport.get(`${path}&page=${page}&per_page=${pageSize}`, { answer }); // oxlint-disable-line no-await-in-loop -- only a short page indicates the end
      yield found;
      if (found.length < pageSize) return;
    }
  }
  const assignmentPages = (query: string) => listPages(`/role_assignments?${query}`, AssignmentPage);

  const reads: PermitReads = {
    user: async (key) => {
      const found = await unless(404, () =>
        transport.get(`/users/${encodeURIComponent(key)}`, { answer: UserRead }),
      );
      return found && userState(found);
    },
    async grantsOf(key) {
      const grants: PermitGrant[] = [];
      for await (const found of assignmentPages(`user=${encodeURIComponent(key)}`)) {
        grants.push(
          ...found.map(({ role, tenant, resource_instance: instance }) =>
            instance == null ? { role, tenant } : { role, tenant, instance },
          ),
        );
      }
      return grants;
    },
    async rolesIn(tenant, which) {
      const [name, values] = 'users' in which ? ['user', which.users] : ['role', which.roles];
      if (values.length === 0) return [];
      const query = new URLSearchParams({ tenant });
      for (const value of values) query.append(name, value);
      const roles: UserRole[] = [];
      for await (const found of assignmentPages(query.toString())) {
        const inTenant = found.filter((one) => one.tenant === tenant && one.resource_instance == null);
        roles.push(...inTenant.map(({ user, role }) => ({ user, role })));
      }
      return roles;
    },
    async rolesOn(tenant, instance) {
      const query = new URLSearchParams({ tenant, resource_instance: instance });
      const roles: UserRole[] = [];
      for await (const found of assignmentPages(query.toString())) {
        const onIt = found.filter((one) => one.tenant === tenant && one.resource_instance === instance);
        roles.push(...onIt.map(({ user, role }) => ({ user, role })));
      }
      return roles;
    },
    async linksTo(instance) {
      const links: InstanceLink[] = [];
      const path = `/relationship_tuples?${new URLSearchParams({ object: instance }).toString()}`;
      for await (const found of listPages(path, LinkPage)) links.push(...found);
      return links;
    },
    tenant: async (key) => {
      const found = await unless(404, () =>
        transport.get(`/tenants/${encodeURIComponent(key)}`, { answer: TenantRead }),
      );
      return found && tenantState(found);
    },
    users: (signal) => userPages('/users', signal),
    usersIn: (tenant) => userPages(`/tenants/${encodeURIComponent(tenant)}/users`),
    async *tenants(signal) {
      for (let page = 1; ; page++) {
        const path = `/tenants?page=${page}&per_page=${pageSize}`;
        const found = await transport.get(path, { answer: TenantPage, signal }); // oxlint-disable-line no-await-in-loop
        yield found.map(tenantState);
        if (found.length < pageSize) return;
      }
    },
  };

  return {
    reads,
    writes: {
      createUser: (user, grants) => write('POST', '/users', { ...userBody(user), role_assignments: grants }),
      updateUser(user) {
        const { key, ...fields } = userBody(user);
        return write('PATCH', `/users/${encodeURIComponent(key)}`, fields);
      },
      deleteUser: (key) => unless(404, () => remove(`/users/${encodeURIComponent(key)}`)),
      createTenant: (tenant) => unless(409, () => write('POST', '/tenants', tenant)),
      updateTenant({ key, ...fields }) {
        return write('PATCH', `/tenants/${encodeURIComponent(key)}`, fields);
      },
      deleteTenant: (key) => unless(404, () => remove(`/tenants/${encodeURIComponent(key)}`)),
      assign: (user, grant) =>
        unless(409, () => write('POST', '/role_assignments', assignmentBody({ user, grant }))),
      unassign: (user, grant) =>
        unless(404, () => remove('/role_assignments', assignmentBody({ user, grant }))),
      createUsers: (users) =>
        bulk('POST', '/bulk/users', {
          operations: users.map(({ user, grants }) => ({ ...userBody(user), role_assignments: grants })),
        }),
      replaceUsers: (users) =>
        bulk('PUT', '/bulk/users', {
          operations: users.map(({ user, lastName }) => ({ ...userBody(user), last_name: lastName })),
        }),
      deleteUsers: (idents) => bulk('DELETE', '/bulk/users', { idents }),
      createTenants: (operations) => bulk('POST', '/bulk/tenants', { operations }),
      deleteTenants: (idents) => bulk('DELETE', '/bulk/tenants', { idents }),
      assignAll: (all) => bulk('POST', '/role_assignments/bulk', all.map(assignmentBody)),
      unassignAll: (all) => bulk('DELETE', '/role_assignments/bulk', all.map(assignmentBody)),
    },
  };
}

function userBody({ key, email, firstName, attributes }: WantedUser) {
  return { key, email, first_name: firstName, attributes };
}

function assignmentBody({ user, grant: { role, tenant, instance } }: Assignment) {
  return { user, role, tenant, ...(instance === undefined ? {} : { resource_instance: instance }) };
}

/** Runs a call; resolves to `undefined` when Permit answers with this status. */
async function unless<Done>(status: number, run: () => Promise<Done>): Promise<Done | undefined> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof PermitApiError && error.status === status) return undefined;
    throw error;
  }
}
