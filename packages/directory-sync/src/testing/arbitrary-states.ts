import * as fc from 'fast-check';
import { tenantKey, userKey } from '../mapping/permit-key.ts';
import { originAttribute, suspendedRolesAttribute, sameGrant } from '../plan/managed-by-sync.ts';
import type { Operation, WantedUser } from '../plan/operation.ts';
import type { PermitState } from '../plan/plan.ts';
import type {
  LogtoOrganization,
  LogtoUserState,
  PermitTenantState,
  PermitUserState,
  PermitGrant,
} from '../plan/states.ts';

/** Few ids, so that both directories often have the same ones. */
const userIds = ['ann', 'bob', 'cy', 'd d'];
const organizationIds = ['acme', 'beta', 'default'];
const foreignTenants = ['default', 'partner'];

const some = <T>(values: readonly T[]): fc.Arbitrary<T[]> => fc.subarray([...values]);

export interface LogtoWorld {
  readonly users: readonly LogtoUserState[];
  readonly organizations: readonly LogtoOrganization[];
}

export const logtoWorld: fc.Arbitrary<LogtoWorld> = fc
  .record({ organizations: some(organizationIds), users: some(userIds) })
  .chain(({ organizations, users }) =>
    fc.record({
      organizations: fc.constant(organizations.map((id) => ({ id, name: `${id} Inc.`, description: null }))),
      users: fc.tuple(...users.map((id) => logtoUser(id, organizations))),
    }),
  );

function logtoUser(id: string, organizations: readonly string[]): fc.Arbitrary<LogtoUserState> {
  return fc.record({
    user: fc.record({
      id: fc.constant(id),
      username: fc.option(fc.constant(`${id}_name`)),
      primaryEmail: fc.constantFrom(null, `${id.replace(' ', '')}@example.test`, 'a@b', 'x@y..z'),
      name: fc.constantFrom(null, 'Ann', 'Bob'),
      isSuspended: fc.boolean(),
      customData: fc.constantFrom(
        {},
        { clearance: 'secret' },
        { clearance: 7, rank: { level: 3 } },
        { rank: null },
      ),
      profile: fc.constantFrom({}, { remote: true }, { remote: 'yes' }),
    }),
    roles: some(['Staff admin', 'Staff auditor', 'Unmapped']),
    memberships: some(organizations).chain((own) =>
      fc.tuple(
        ...own.map((organization) =>
          fc.record({
            organization: fc.constant(organization),
            roles: some(['owner', 'controller', 'guest']),
          }),
        ),
      ),
    ),
  });
}

/** Includes states after an interrupted run, objects that others created, and roles of an earlier mapping. */
export const permitState: fc.Arbitrary<PermitState> = fc
  .record({
    tenants: some(organizationIds.map(tenantKey)).chain((keys) => fc.tuple(...keys.map(tenant))),
    users: some([...userIds, 'eve']),
  })
  .chain(({ tenants, users }) => {
    const allTenants: PermitTenantState[] = [
      ...tenants,
      ...foreignTenants.map((key) => ({ key, name: key, description: null, attributes: {} })),
    ];
    return fc.tuple(...users.map((id) => permitUser(id, allTenants))).map((found) => ({
      tenants: new Map(allTenants.map((one) => [one.key, one])),
      users: new Map(found.map((one) => [one.key, one])),
    }));
  });

function tenant(key: string): fc.Arbitrary<PermitTenantState> {
  return fc.record({
    key: fc.constant(key),
    name: fc.constantFrom('Old name', 'acme Inc.'),
    description: fc.constantFrom(null, 'text'),
    attributes: fc.constantFrom<Record<string, unknown>[]>(
      {},
      { [originAttribute]: key },
      { plan: 'pro', [originAttribute]: key },
    ),
  });
}

function permitUser(id: string, tenants: readonly PermitTenantState[]): fc.Arbitrary<PermitUserState> {
  const grants = tenants.flatMap(({ key }) => [
    ...['viewer', 'editor', 'auditor', 'admin'].map((role) => ({ role, tenant: key })),
    { role: 'owner', tenant: key, instance: `docs:${key}` },
  ]);
  const suspendedRoles = some([
    'editor@default',
    'viewer@default',
    'admin@acme',
    'owner@default#docs:1',
    'nonsense',
  ]);
  return fc.record({
    key: fc.constant(userKey(id)),
    email: fc.constantFrom(null, 'old@example.test'),
    firstName: fc.constantFrom(null, 'Old'),
    lastName: fc.constantFrom(null, 'Name'),
    attributes: fc
      .record({ marked: fc.boolean(), suspendedRoles: fc.option(suspendedRoles), extra: fc.boolean() })
      .map(({ marked, suspendedRoles: names, extra }) => ({
        ...(marked ? { [originAttribute]: id } : {}),
        ...(names === null ? {} : { [suspendedRolesAttribute]: names }),
        ...(extra ? { team: 'blue', clearance: 'stale' } : {}),
      })),
    grants: some(grants),
    foreignTenants: fc.constant(new Set<string>()),
  });
}

/**
 * The state of a model of Permit after an operation.
 * @throws {Error} if Permit would refuse it
 */
export function modelPermit(state: PermitState, operation: Operation): PermitState {
  const users = new Map(state.users);
  const tenants = new Map(state.tenants);
  const userOf = (key: string): PermitUserState => present(users.get(key), `user ${key}`);
  const change = (user: WantedUser): void => {
    users.set(user.key, { ...userOf(user.key), ...user });
  };
  const requireTenants = (grants: readonly PermitGrant[]): void =>
    grants.forEach(({ tenant }) => present(tenants.get(tenant), `tenant ${tenant}`));
  switch (operation.kind) {
    case 'create-tenant':
      absent(tenants.get(operation.tenant.key), operation.tenant.key);
      tenants.set(operation.tenant.key, operation.tenant);
      break;
    case 'update-tenant':
      present(tenants.get(operation.tenant.key), operation.tenant.key);
      tenants.set(operation.tenant.key, operation.tenant);
      break;
    case 'delete-tenant':
      tenants.delete(operation.key);
      for (const user of users.values()) {
        users.set(user.key, {
          ...user,
          grants: user.grants.filter(({ tenant }) => tenant !== operation.key),
        });
      }
      break;
    case 'create-user': {
      const { user, grants } = operation;
      absent(users.get(user.key), user.key);
      requireTenants(grants);
      users.set(user.key, { ...user, lastName: null, grants, foreignTenants: new Set() });
      break;
    }
    case 'update-user':
    case 'clear-suspended-roles':
      change(operation.user);
      break;
    case 'delete-user':
      users.delete(operation.key);
      break;
    case 'assign': {
      const user = userOf(operation.user);
      requireTenants([operation.grant]);
      if (!user.grants.some((grant) => sameGrant(grant, operation.grant))) {
        users.set(user.key, { ...user, grants: [...user.grants, operation.grant] });
      }
      break;
    }
    case 'restore':
      return tenants.has(operation.grant.tenant)
        ? modelPermit(state, { ...operation, kind: 'assign' })
        : state;
    case 'unassign': {
      const user = userOf(operation.user);
      users.set(user.key, {
        ...user,
        grants: user.grants.filter((grant) => !sameGrant(grant, operation.grant)),
      });
      break;
    }
  }
  return { tenants, users };
}

function present<T>(found: T | undefined, what: string): T {
  if (found === undefined) throw new Error(`Permit does not have ${what}.`);
  return found;
}

function absent(found: unknown, what: string): void {
  if (found !== undefined) throw new Error(`Permit has ${what} already.`);
}
