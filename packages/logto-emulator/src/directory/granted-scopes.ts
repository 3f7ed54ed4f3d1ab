import type { Directory } from './directory.ts';
import { membershipKey } from './directory.ts';
import type {
  Application,
  Membership,
  OrganizationRole,
  OrganizationScope,
  Role,
  Scope,
  User,
} from './records.ts';

/** Skips deleted records. */
export function pick<T>(collection: { get(key: string): T | undefined }, ids: Iterable<string>): T[] {
  return [...ids].flatMap((id) => collection.get(id) ?? []);
}

export const rolesOf = (directory: Directory, holder: User | Application): Role[] =>
  pick(directory.roles, holder.roleIds);

export function membershipsOf(directory: Directory, memberId: string): Membership[] {
  return directory.memberships
    .findBy('member', memberId)
    .filter(({ organizationId }) => directory.organizations.has(organizationId));
}

export function membershipIn(
  directory: Directory,
  organizationId: string,
  memberId: string,
): Membership | undefined {
  return (
    directory.memberships.get(membershipKey({ organizationId, kind: 'user', memberId })) ??
    directory.memberships.get(membershipKey({ organizationId, kind: 'application', memberId }))
  );
}

export const organizationRolesOf = (directory: Directory, membership: Membership): OrganizationRole[] =>
  pick(directory.organizationRoles, membership.roleIds);

export function organizationScopesOf(directory: Directory, membership: Membership): OrganizationScope[] {
  const ids = organizationRolesOf(directory, membership).flatMap((role) => role.scopeIds);
  return pick(directory.organizationScopes, new Set(ids));
}

/** With `organizationId`, only roles in that organization count. */
export interface Holder {
  readonly id: string;
  readonly kind: 'user' | 'application';
  readonly organizationId: string | undefined;
  /** Leaves out the scopes that a user has through organization roles. */
  readonly withoutOrganizations?: boolean;
}

/**
 * A user has scopes through roles and organization roles. An application has them through its roles or, in a token
 * for an organization, only through its roles in that organization.
 */
export function resourceScopesOf(directory: Directory, holder: Holder, indicator: string): Scope[] {
  const [resource] = directory.resources.findBy('indicator', indicator);
  if (resource === undefined) return [];
  const memberships = membershipsOf(directory, holder.id).filter(
    ({ organizationId }) =>
      holder.withoutOrganizations !== true &&
      (holder.organizationId === undefined || organizationId === holder.organizationId),
  );
  const inherited = memberships
    .flatMap((membership) => organizationRolesOf(directory, membership))
    .flatMap((role) => role.resourceScopeIds);
  const own = holder.kind === 'user' ? directory.users.get(holder.id) : directory.applications.get(holder.id);
  const direct = own === undefined ? [] : rolesOf(directory, own).flatMap((role) => role.scopeIds);
  const ids =
    holder.kind === 'user'
      ? [...direct, ...inherited]
      : holder.organizationId === undefined
        ? direct
        : inherited;
  return pick(directory.scopes, new Set(ids)).filter(({ resourceId }) => resourceId === resource.id);
}
