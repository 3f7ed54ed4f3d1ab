import * as fc from 'fast-check';
import { tenantKey, userKey } from '../mapping/permit-key.ts';
import { originAttribute, suspendedRolesAttribute } from '../plan/managed-by-sync.ts';
import type { PermitState } from '../plan/plan.ts';
import type {
  LogtoOrganization,
  LogtoUserState,
  PermitTenantState,
  PermitUserState,
} from '../plan/states.ts';

/** Few ids, so that both sides often have the same ones. */
const userIds = ['ann', 'bob', 'cy', 'd d'];
const organizationIds = ['acme', 'beta', 'default'];
const foreignTenants = ['default', 'partner'];

const some = <T>(values: readonly T[]): fc.Arbitrary<T[]> => fc.subarray([...values]);

export interface LogtoWorld {
  readonly users: readonly LogtoUserState[];
  readonly organizations: readonly LogtoOrganization[];
}

/** Any state of Logto. */
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

/**
 * Any state of Permit: after an interrupted run, with objects that others created, and with roles of an earlier
 * mapping.
 */
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
