import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { attributeValue } from '../mapping/attribute-value.ts';
import type { DirectoryMapping, RoleAttribute } from '../mapping/define-directory-mapping.ts';
import { defaultTenant, tenantKey, userKey } from '../mapping/permit-key.ts';
import type { Operation, WantedUser } from './operation.ts';
import {
  isManagedBySync,
  originAttribute,
  suspendedRolesAttribute,
  parseSuspendedRoles,
  formatSuspendedRoles,
  sameGrant,
} from './managed-by-sync.ts';
import type { LogtoUserState, PermitGrant, PermitUserState } from './states.ts';

/**
 * The operations that make the user in Permit match Logto, in the order to apply them. Pure and total; a second plan is
 * empty.
 *
 * - The default role is assigned when the user is created, and never again.
 * - Mapped roles are assigned and removed; all others are unchanged.
 * - A suspended user has no roles. An attribute stores all of them, mapped or not, until the suspension ends.
 */
export function planUser(
  logto: LogtoUserState,
  permit: PermitUserState | undefined,
  mapping: DirectoryMapping,
): Operation[] {
  return permit === undefined ? planNew(logto, mapping) : planPresent(logto, permit, mapping);
}

/** Deletes a user whom Logto does not have, if sync has written them. */
export function planGone(permit: PermitUserState | undefined): Operation[] {
  if (permit === undefined || !isManagedBySync(permit)) return [];
  return [{ kind: 'delete-user', key: permit.key, grants: permit.grants }];
}

function planNew(logto: LogtoUserState, mapping: DirectoryMapping): Operation[] {
  const defaultGrant = { role: mapping.defaultRole, tenant: defaultTenant };
  const suspended = logto.user.isSuspended === true;
  const user = wantedUser(logto, {}, mapping);
  return [
    suspended
      ? { kind: 'create-user', user: withSuspendedRoles(user, [defaultGrant]), grants: [] }
      : { kind: 'create-user', user, grants: [defaultGrant, ...mappedGrants(logto, mapping)] },
  ];
}

function planPresent(logto: LogtoUserState, permit: PermitUserState, mapping: DirectoryMapping): Operation[] {
  const suspendedRoles = parseSuspendedRoles(permit.attributes[suspendedRolesAttribute]);
  const user = wantedUser(logto, permit.attributes, mapping);
  const { key, lastName } = permit;
  if (logto.user.isSuspended === true) {
    return [
      ...updateWhenDifferent(withSuspendedRoles(user, [...suspendedRoles, ...permit.grants]), permit),
      ...permit.grants.map((grant): Operation => ({ kind: 'unassign', user: key, grant })),
    ];
  }
  const { toAssign, toRemove, isDecidable } = roleChanges(logto, permit, mapping);
  const toRestore = suspendedRoles.filter(
    (grant) => !isDecidable(grant) && !permit.grants.some((held) => sameGrant(held, grant)),
  );
  const updated = suspendedRoles.length === 0 ? user : withSuspendedRoles(user, suspendedRoles);
  return [
    ...updateWhenDifferent(updated, permit),
    ...toRemove.map((grant): Operation => ({ kind: 'unassign', user: key, grant })),
    ...toAssign.map((grant): Operation => ({ kind: 'assign', user: key, grant })),
    ...toRestore.map((grant): Operation => ({ kind: 'restore', user: key, grant })),
    ...(suspendedRoles.length === 0 ? [] : [{ kind: 'clear-suspended-roles' as const, user, lastName }]),
  ];
}

/** `isDecidable`: whether the mapping and the known state decide about a role. */
function roleChanges(
  logto: LogtoUserState,
  permit: PermitUserState,
  mapping: DirectoryMapping,
): { toAssign: PermitGrant[]; toRemove: PermitGrant[]; isDecidable: (grant: PermitGrant) => boolean } {
  const wanted = mappedGrants(logto, mapping);
  const known = knownTenants(logto);
  const isDecidable = (grant: PermitGrant): boolean =>
    isOwned(grant, mapping) &&
    known(grant.tenant) &&
    (grant.tenant === defaultTenant || !permit.foreignTenants.has(grant.tenant));
  return {
    isDecidable,
    toAssign: wanted.filter((grant) => !permit.grants.some((held) => sameGrant(held, grant))),
    toRemove: permit.grants.filter(
      (held) => isDecidable(held) && !wanted.some((grant) => sameGrant(held, grant)),
    ),
  };
}

/** Whether it is known which roles the user should have in a tenant. */
function knownTenants({ roles, memberships }: LogtoUserState): (tenant: string) => boolean {
  const unknown = new Set(
    memberships?.filter((one) => one.roles === undefined).map((one) => tenantKey(one.organization)),
  );
  return (tenant) =>
    tenant === defaultTenant ? roles !== undefined : memberships !== undefined && !unknown.has(tenant);
}

/** The mapped roles in the tenant `default` and in the tenants of the user's organizations. */
export function mappedGrants(
  { roles = [], memberships = [] }: LogtoUserState,
  mapping: DirectoryMapping,
): PermitGrant[] {
  const grants = [
    ...roles.map((name) => ({ role: mapping.roles.get(name), tenant: defaultTenant })),
    ...memberships.flatMap(({ organization, roles: names = [] }) =>
      [mapping.memberRole, ...names.map((name) => mapping.organizationRoles.get(name))].map((role) => ({
        role,
        tenant: tenantKey(organization),
      })),
    ),
  ].filter((grant): grant is PermitGrant => grant.role !== undefined);
  return grants.filter((grant, index) => grants.findIndex((other) => sameGrant(grant, other)) === index);
}

function isOwned({ role, tenant, instance }: PermitGrant, mapping: DirectoryMapping): boolean {
  if (instance !== undefined) return false;
  return (tenant === defaultTenant ? mapping.ownedInDefault : mapping.ownedInOrganization).has(role);
}

const Email = z.email();

/** Sets sync's own attributes and leaves all others. Logto has a single name, which becomes `first_name`. */
function wantedUser(
  { user, roles }: LogtoUserState,
  present: Readonly<Record<string, unknown>>,
  mapping: DirectoryMapping,
): WantedUser {
  const own = new Map<string, unknown>([
    [originAttribute, user.id],
    ['username', user.username ?? undefined],
    ...mapping.attributes.map((attribute) => [attribute.name, attributeValue(user, attribute)] as const),
    ...mapping.roleAttributes.map(
      (attribute) =>
        [
          attribute.name,
          roles === undefined ? present[attribute.name] : valueByRole(roles, attribute),
        ] as const,
    ),
    [suspendedRolesAttribute, undefined],
  ]);
  const attributes = { ...present, ...Object.fromEntries(own) };
  return {
    key: userKey(user.id),
    // Logto accepts addresses because of which Permit would refuse the whole user.
    email: Email.safeParse(user.primaryEmail).data ?? null,
    firstName: user.name ?? null,
    attributes: Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined)),
  };
}

function valueByRole(roles: readonly string[], { values }: RoleAttribute): unknown {
  return [...values].find(([role]) => roles.includes(role))?.[1];
}

function withSuspendedRoles(user: WantedUser, grants: readonly PermitGrant[]): WantedUser {
  if (grants.length === 0) return user;
  return {
    ...user,
    attributes: { ...user.attributes, [suspendedRolesAttribute]: formatSuspendedRoles(grants) },
  };
}

function updateWhenDifferent(user: WantedUser, permit: PermitUserState): Operation[] {
  const same =
    user.email === permit.email &&
    user.firstName === permit.firstName &&
    isDeepStrictEqual(user.attributes, permit.attributes);
  return same ? [] : [{ kind: 'update-user', user, lastName: permit.lastName }];
}
