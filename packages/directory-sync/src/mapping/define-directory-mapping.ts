import type { Policy, RoleOf, UserAttributesOf } from '@latchkey/permissions';
import { isOfType, type MappedAttribute } from './attribute-value.ts';

/** The path of a value in a Logto user: `username`, `customData.clearance`, `profile.address.locality`. */
export type LogtoPath =
  | 'username'
  | 'primaryPhone'
  | 'avatar'
  | `customData.${string}`
  | `profile.${string}`
  | `identities.${string}`;

/**
 * The values of an attribute by Logto user role, which only operators assign. The first listed role that a user has
 * determines the value; a user without any of the roles does not have the attribute.
 */
export interface ByLogtoRole<Value> {
  readonly byRole: Readonly<Record<string, Value>>;
}

type AttributeSource<Value> = LogtoPath | ByLogtoRole<Value>;

/**
 * How Logto's roles and user fields map to roles and attributes in Permit. Sync changes only the roles that the mapping
 * names.
 */
export interface DirectoryMappingOf<P extends Policy> {
  /**
   * Attributes that the policy declares, each with its path in Logto's user or with values by role. Use roles for
   * attributes that grant access: sync ignores a field that Logto's account API lets users edit. Default: none.
   */
  readonly attributes?: {
    readonly [Name in keyof UserAttributesOf<P> & string]?: AttributeSource<
      NonNullable<UserAttributesOf<P>[Name]>
    >;
  };
  /**
   * Maps names of Logto user roles to roles in the tenant `default`. Sync owns these roles there: it assigns and
   * removes them. So the default role, which sync assigns once and then leaves to administrators, cannot be one of
   * them. Default: none.
   */
  readonly roles?: Readonly<Record<string, Exclude<RoleOf<P>, P['defaultRole']>>>;
  /** The role that every member of an organization has in the organization's tenant. Default: none. */
  readonly memberRole?: RoleOf<P>;
  /**
   * Maps names of Logto organization roles to roles in the organization's tenant. Several names may map to one role.
   * Default: none.
   */
  readonly organizationRoles?: Readonly<Record<string, RoleOf<P>>>;
}

/** The result of `defineDirectoryMapping`. */
export interface DirectoryMapping<Role extends string = string> {
  readonly defaultRole: string;
  readonly attributes: readonly MappedAttribute[];
  readonly roleAttributes: readonly RoleAttribute[];
  readonly roles: ReadonlyMap<string, Role>;
  readonly memberRole: Role | undefined;
  readonly organizationRoles: ReadonlyMap<string, Role>;
  readonly roleNames: ReadonlySet<string>;
  /** What sync assigns and removes in the tenant `default`. */
  readonly ownedInDefault: ReadonlySet<string>;
  /** What sync assigns and removes in the tenants of organizations. */
  readonly ownedInOrganization: ReadonlySet<string>;
}

export interface RoleAttribute {
  readonly name: string;
  /** By the name of the Logto role. */
  readonly values: ReadonlyMap<string, unknown>;
}

/**
 * Maps Logto's roles and attributes to those of a policy. Naming a role or attribute that the policy does not have is a
 * compile-time error.
 *
 * How an organization role becomes a Permit role: `organizationRoles: { owner: 'admin' }` gives each member who has the
 * organization role named `owner` in Logto the role `admin` in the tenant of that organization. `memberRole` gives one
 * role to every member. `mappedGrants` in `plan/plan-user.ts` computes the role assignments from this mapping.
 *
 * - Roles are matched by name, not by id: a role that is renamed in Logto no longer maps.
 * - Sync owns the roles that the mapping names, in every tenant of an organization (`memberRole`, `organizationRoles`)
 *   or in the tenant `default` (`roles`). It removes them from users who should not have them, even if an administrator
 *   assigned them. It changes no other role.
 * @throws {TypeError} for a role or an attribute that the policy does not have, for a value that is not of the
 *   attribute's type, and for the default role in `roles`, if the types did not catch it
 */
export function defineDirectoryMapping<const P extends Policy>(
  policy: P,
  { attributes = {}, roles = {}, memberRole, organizationRoles = {} }: DirectoryMappingOf<P>,
): DirectoryMapping<RoleOf<P>> {
  const sources = Object.entries<AttributeSource<unknown> | undefined>(attributes);
  const roleAttributes = sources.flatMap(([name, source]) =>
    typeof source === 'object' ? [roleAttribute(name, source, typeOf(policy, name))] : [],
  );
  const inDefault = new Map(Object.entries<RoleOf<P>>(roles));
  const inOrganization = new Map(Object.entries<RoleOf<P>>(organizationRoles));
  const ownedInDefault = new Set<string>(inDefault.values());
  const ownedInOrganization = new Set<string>([
    ...inOrganization.values(),
    ...(memberRole === undefined ? [] : [memberRole]),
  ]);
  for (const role of [...ownedInDefault, ...ownedInOrganization]) {
    if (!Object.hasOwn(policy.roles, role))
      throw new TypeError(`The mapping names a role that the policy does not have: ${role}.`);
  }
  if (ownedInDefault.has(policy.defaultRole)) {
    throw new TypeError(
      `The mapping cannot name the default role ${policy.defaultRole} for the tenant default.`,
    );
  }
  return {
    defaultRole: policy.defaultRole,
    attributes: sources.flatMap(([name, path]) =>
      typeof path === 'string' ? [{ name, path: path.split('.'), type: typeOf(policy, name) }] : [],
    ),
    roleAttributes,
    roles: inDefault,
    memberRole,
    organizationRoles: inOrganization,
    roleNames: new Set([...inDefault.keys(), ...roleAttributes.flatMap(({ values }) => [...values.keys()])]),
    ownedInDefault,
    ownedInOrganization,
  };
}

function roleAttribute(name: string, { byRole }: ByLogtoRole<unknown>, type: string): RoleAttribute {
  for (const [role, value] of Object.entries(byRole)) {
    if (!isOfType(value, type))
      throw new TypeError(`The value of ${name} for the role ${role} is no ${type}.`);
  }
  return { name, values: new Map(Object.entries(byRole)) };
}

function typeOf(policy: Policy, name: string): string {
  const { userAttributes = {} } = policy;
  const type = Object.hasOwn(userAttributes, name) ? userAttributes[name] : undefined;
  if (type === undefined) throw new TypeError(`The policy declares no user attribute ${name}.`);
  return type;
}
