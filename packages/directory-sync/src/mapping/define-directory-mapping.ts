import type { Policy, RoleOf, UserAttributesOf } from '@latchkey/permissions';

/** Where in Logto's user a value is: `username`, `customData.clearance`, `profile.address.locality`. */
export type LogtoPath =
  | 'username'
  | 'primaryPhone'
  | 'avatar'
  | `customData.${string}`
  | `profile.${string}`
  | `identities.${string}`;

/** Which of Logto's facts become which of Permit's. What is not named here, sync neither gives nor takes. */
export interface DirectoryMappingOf<P extends Policy> {
  /** Attributes that the policy declares, each from one place in Logto's user. */
  readonly attributes?: { readonly [Name in keyof UserAttributesOf<P> & string]?: LogtoPath };
  /**
   * Names of Logto's user roles → roles in the tenant `default`. Sync owns these there, so the default role, which
   * is given once and then belongs to administrators, cannot be one of them.
   */
  readonly roles?: Readonly<Record<string, Exclude<RoleOf<P>, P['defaultRole']>>>;
  /** The role of every member of an organization, in its tenant. */
  readonly memberRole?: RoleOf<P>;
  /** Names of Logto's organization roles → roles in the organization's tenant. */
  readonly organizationRoles?: Readonly<Record<string, RoleOf<P>>>;
}

/** A mapping as code reads it, whichever policy it belongs to. */
export interface DirectoryMapping {
  readonly defaultRole: string;
  readonly attributes: readonly MappedAttribute[];
  readonly roles: ReadonlyMap<string, string>;
  readonly memberRole: string | undefined;
  readonly organizationRoles: ReadonlyMap<string, string>;
  /** The roles that sync gives and takes in the tenant `default`, and in tenants of organizations. */
  readonly ownedInDefault: ReadonlySet<string>;
  readonly ownedInOrganization: ReadonlySet<string>;
}

export interface MappedAttribute {
  readonly name: string;
  readonly path: readonly string[];
  readonly type: string;
}

/**
 * Ties Logto's directory to a policy: roles and attributes that the policy does not have do not compile.
 * @throws {TypeError} for the same, where types were not looked at.
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
    if (!(role in policy.roles)) throw new TypeError(`The mapping names a role that is not there: ${role}.`);
  }
  if (ownedInDefault.has(policy.defaultRole)) {
    throw new TypeError(`${policy.defaultRole} is given once and belongs to administrators then.`);
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
