import type { Policy, RoleOf, UserAttributesOf } from '@latchkey/permissions';

/** The place of a value in a user of Logto: `username`, `customData.clearance`, `profile.address.locality`. */
export type LogtoPath =
  | 'username'
  | 'primaryPhone'
  | 'avatar'
  | `customData.${string}`
  | `profile.${string}`
  | `identities.${string}`;

/** Which parts of Logto's directory become which roles and attributes in Permit. Sync changes no role that it does not name. */
export interface DirectoryMappingOf<P extends Policy> {
  /** Attributes that the policy declares, each with its place in Logto's user. Default: none. */
  readonly attributes?: { readonly [Name in keyof UserAttributesOf<P> & string]?: LogtoPath };
  /**
   * Names of Logto's user roles → roles in the tenant `default`. Sync owns these roles there: it assigns and removes them.
   * So the default role, which sync assigns once and leaves to administrators from then on, cannot be one of them.
   * Default: none.
   */
  readonly roles?: Readonly<Record<string, Exclude<RoleOf<P>, P['defaultRole']>>>;
  /** The role of every member of an organization, in its tenant. Default: none. */
  readonly memberRole?: RoleOf<P>;
  /**
   * Names of Logto's organization roles → roles in the organization's tenant. Several may lead to one role. Default: none.
   */
  readonly organizationRoles?: Readonly<Record<string, RoleOf<P>>>;
}

/** A mapping without the types of its policy, as `defineDirectoryMapping` returns it. */
export interface DirectoryMapping {
  readonly defaultRole: string;
  readonly attributes: readonly MappedAttribute[];
  readonly roles: ReadonlyMap<string, string>;
  readonly memberRole: string | undefined;
  readonly organizationRoles: ReadonlyMap<string, string>;
  /** The roles that sync assigns and removes in the tenant `default`. */
  readonly ownedInDefault: ReadonlySet<string>;
  /** The roles that sync assigns and removes in the tenants of organizations. */
  readonly ownedInOrganization: ReadonlySet<string>;
}

/** One attribute of the mapping: its name in Permit, its path in Logto's user, its type in the policy. */
export interface MappedAttribute {
  readonly name: string;
  readonly path: readonly string[];
  readonly type: string;
}

/**
 * Maps Logto's roles and attributes to those of a policy. A role or attribute that the policy does not have does not compile.
 *
 * How an organization role becomes a Permit role: `organizationRoles: { owner: 'admin' }` gives each member who has the
 * organization role named `owner` in Logto the role `admin` in the tenant of that organization. `memberRole` gives one role
 * to every member. `mappedGrants` in `plan/plan-user.ts` computes the role assignments from this mapping.
 *
 * - Roles go by name, not by id: a role that is renamed in Logto no longer maps.
 * - Sync owns the roles that the mapping names, in every tenant of an organization (`memberRole`, `organizationRoles`) or in
 *   the tenant `default` (`roles`). It removes them there from users who should not have them, also when an administrator
 *   assigned them. It changes no other role.
 * @throws {TypeError} for a role or an attribute that the policy does not have, and for the default role in `roles`: for
 * callers that the types did not check
 */
export function defineDirectoryMapping<const P extends Policy>(
  policy: P,
  { attributes = {}, roles = {}, memberRole, organizationRoles = {} }: DirectoryMappingOf<P>,
): DirectoryMapping {
  const inDefault = new Map(Object.entries<string>(roles));
  const inOrganization = new Map(Object.entries<string>(organizationRoles));
  const ownedInDefault = new Set(inDefault.values());
  const ownedInOrganization = new Set<string>([
    ...inOrganization.values(),
    ...(memberRole === undefined ? [] : [memberRole]),
  ]);
  for (const role of [...ownedInDefault, ...ownedInOrganization]) {
    if (!(role in policy.roles))
      throw new TypeError(`The mapping names a role that the policy does not have: ${role}.`);
  }
  if (ownedInDefault.has(policy.defaultRole)) {
    throw new TypeError(
      `The mapping cannot name the default role ${policy.defaultRole} for the tenant default.`,
    );
  }
  return {
    defaultRole: policy.defaultRole,
    attributes: Object.entries<string | undefined>(attributes).flatMap(([name, path]) =>
      path === undefined ? [] : [{ name, path: path.split('.'), type: typeOf(policy, name) }],
    ),
    roles: inDefault,
    memberRole,
    organizationRoles: inOrganization,
    ownedInDefault,
    ownedInOrganization,
  };
}

function typeOf(policy: Policy, name: string): string {
  const type = policy.userAttributes?.[name];
  if (type === undefined) throw new TypeError(`The policy declares no user attribute ${name}.`);
  return type;
}
