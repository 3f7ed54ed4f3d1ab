import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { attributeValue } from '../mapping/attribute-value.ts';
import type { DirectoryMapping } from '../mapping/define-directory-mapping.ts';
import { defaultTenant, tenantKey, userKey } from '../mapping/permit-key.ts';
import type { Operation, WantedUser } from './operation.ts';
import { originAttribute, suspendedRolesAttribute } from './managed-by-sync.ts';
import { parseSuspendedRoles, formatSuspendedRoles, sameGrant } from './suspended-roles.ts';
import type { LogtoUserState, PermitGrant, PermitUserState } from './states.ts';

/**
 * What makes Permit's user that of Logto, in the order in which to do it; nothing when it is that already.
 * Pure and total: any two states have a plan, and the plan of the state that it leads to is empty.
 *
 * - The default role comes with the user's creation and never again.
 * - Sync's own roles (the mapping's) are given and taken; all others are left alone.
 * - A suspended user holds nothing: every role, sync's or not, is suspended and comes back with the suspension's end.
 */
export function planUser(
  logto: LogtoUserState,
  permit: PermitUserState | undefined,
  mapping: DirectoryMapping,
): Operation[] {
  return permit === undefined ? planNew(logto, mapping) : planPresent(logto, permit, mapping);
}

/** For a user whom Logto no longer has. */
export function planGone(permit: PermitUserState | undefined): Operation[] {
  return permit === undefined ? [] : [{ kind: 'delete-user', key: permit.key, grants: permit.grants }];
}

function planNew(logto: LogtoUserState, mapping: DirectoryMapping): Operation[] {
  const start = { role: mapping.defaultRole, tenant: defaultTenant };
  const suspended = logto.user.isSuspended === true;
  const user = wantedUser(logto, {}, mapping);
  return [
    suspended
      ? { kind: 'create-user', user: withSuspendedRoles(user, [start]), grants: [] }
      : { kind: 'create-user', user, grants: [start, ...mappedGrants(logto, mapping)] },
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
  const { give, take, isJudged } = roleChanges(logto, permit, mapping);
  const back = suspendedRoles.filter(
    (grant) => !isJudged(grant) && !permit.grants.some((held) => sameGrant(held, grant)),
  );
  const first = suspendedRoles.length === 0 ? user : withSuspendedRoles(user, suspendedRoles);
  return [
    ...updateWhenDifferent(first, permit),
    ...take.map((grant): Operation => ({ kind: 'unassign', user: key, grant })),
    ...give.map((grant): Operation => ({ kind: 'assign', user: key, grant })),
    ...back.map((grant): Operation => ({ kind: 'restore', user: key, grant })),
    ...(suspendedRoles.length === 0 ? [] : [{ kind: 'clear-suspended-roles' as const, user, lastName }]),
  ];
}

function roleChanges(
  logto: LogtoUserState,
  permit: PermitUserState,
  mapping: DirectoryMapping,
): { give: PermitGrant[]; take: PermitGrant[]; isJudged: (grant: PermitGrant) => boolean } {
  const wanted = mappedGrants(logto, mapping);
  const known = knownTenants(logto);
  const isJudged = (grant: PermitGrant): boolean =>
    isOwned(grant, mapping) &&
    known(grant.tenant) &&
    (grant.tenant === defaultTenant || !permit.foreignTenants.has(grant.tenant));
  return {
    isJudged,
    give: wanted.filter((grant) => !permit.grants.some((held) => sameGrant(held, grant))),
    take: permit.grants.filter((held) => isJudged(held) && !wanted.some((grant) => sameGrant(held, grant))),
  };
}

/** Which tenants' roles can be judged by what is known. */
function knownTenants({ roles, memberships }: LogtoUserState): (tenant: string) => boolean {
  const unclear = new Set(
    memberships?.filter((one) => one.roles === undefined).map((one) => tenantKey(one.organization)),
  );
  return (tenant) =>
    tenant === defaultTenant ? roles !== undefined : memberships !== undefined && !unclear.has(tenant);
}

/** The roles that the mapping gives, in the tenant `default` and in those of the user's organizations. */
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

/** Sync's own attributes renewed, everybody else's kept. Logto keeps one name, so it goes into `first_name` whole. */
function wantedUser(
  { user }: LogtoUserState,
  present: Readonly<Record<string, unknown>>,
  mapping: DirectoryMapping,
): WantedUser {
  const own = new Map<string, unknown>([
    [originAttribute, user.id],
    ['username', user.username ?? undefined],
    ...mapping.attributes.map((attribute) => [attribute.name, attributeValue(user, attribute)] as const),
    [suspendedRolesAttribute, undefined],
  ]);
  const attributes = { ...present, ...Object.fromEntries(own) };
  return {
    key: userKey(user.id),
    // Logto is laxer about addresses than Permit, which would refuse the whole user for one.
    email: Email.safeParse(user.primaryEmail).data ?? null,
    firstName: user.name ?? null,
    attributes: Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined)),
  };
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
