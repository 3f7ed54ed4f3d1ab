/** The general type of a policy table. `definePolicy` checks the references inside it. */
export interface Policy {
  /** User attributes for conditions, as `user.<name>`, with their types. Default: none. */
  readonly userAttributes?: AttributeTable;
  /** The resources by key. */
  readonly resources: Readonly<Record<string, ResourceDefinition>>;
  /** The roles that a user holds in a tenant, by key. */
  readonly roles: Readonly<Record<string, RoleDefinition>>;
  /** Sets of users, defined by a condition. Default: none. */
  readonly userSets?: Readonly<Record<string, UserSetDefinition>>;
  /** Sets of resource instances, defined by a condition. Default: none. Keys must differ from those of `userSets`. */
  readonly resourceSets?: Readonly<Record<string, ResourceSetDefinition>>;
  /**
   * Grant permissions conditionally: to members of a user set or holders of a role, on members of a resource set or all
   * instances of a resource. Default: none.
   */
  readonly rules?: readonly RuleDefinition[];
  /** The role of a newly provisioned user. */
  readonly defaultRole: string;
}

/** One resource of the table: its actions, attributes, relations and instance roles. */
export interface ResourceDefinition {
  /** The display name. Default: the key, capitalized. */
  readonly name?: string;
  /**
   * The previous key. `latchkey policy apply` moves the dependents of the old key to the new one: instances with their
   * roles and relationships. Remove it once every environment has migrated. Default: never renamed.
   */
  readonly renamedFrom?: string;
  /** Each action is a permission: `<resource>:<action>`. */
  readonly actions: readonly [string, ...string[]];
  /** Instance attributes for conditions, as `resource.<name>`, with their types. Default: none. */
  readonly attributes?: AttributeTable;
  /** Links from an instance to instances of another resource, by name: `{ parent: 'collections' }`. Default: none. */
  readonly relations?: Readonly<Record<string, string>>;
  /** Roles that a user holds on one instance, by key. Default: none. */
  readonly roles?: Readonly<Record<string, ResourceRoleDefinition>>;
}

/** A role on one instance of a resource. */
export interface ResourceRoleDefinition {
  /** The display name. Default: the key, capitalized. */
  readonly name?: string;
  /**
   * The previous key. `latchkey policy apply` moves the dependents of the old key to the new one: role assignments.
   * Remove it once every environment has migrated. Default: never renamed.
   */
  readonly renamedFrom?: string;
  /** Actions of this resource, without the resource key. */
  readonly permissions: readonly string[];
  /** Derives the role from roles on related instances. Default: none. */
  readonly derivedFrom?: readonly DerivationDefinition[];
  /** Whether a direct role on an instance disables every derivation of this role there. Default: false. */
  readonly onlyWithoutDirectRole?: boolean;
}

/** A derivation: users with `role` on the instance of `on` that `via` links to also have the derived role. */
export interface DerivationDefinition {
  /** The key of a role on instances of `on`. */
  readonly role: string;
  /** The key of the related resource. */
  readonly on: string;
  /** The name of the relation that links to `on`. */
  readonly via: string;
}

/** A role in a tenant. */
export interface RoleDefinition {
  /** The display name. Default: the key, capitalized. */
  readonly name?: string;
  /**
   * The previous key. `latchkey policy apply` moves the dependents of the old key to the new one: role assignments.
   * Remove it once every environment has migrated. Default: never renamed.
   */
  readonly renamedFrom?: string;
  /** Roles whose permissions this role inherits. Default: none. */
  readonly extends?: readonly string[];
  /** Permissions as `resource:action`; `'*'` grants every permission of the policy. */
  readonly permissions: '*' | readonly string[];
}

/** A set of users. */
export interface UserSetDefinition {
  /** The display name. Default: the key, capitalized. */
  readonly name?: string;
  /** The condition for users to belong to the set. */
  readonly where: Condition;
  /**
   * Limits the set to users with a role in the tenant of the check: Permit.io evaluates conditions in every tenant.
   * `definePolicy` adds a test for any role of the policy to the condition. Default: no limit.
   */
  readonly anyRole?: true;
}

/** A set of instances of one resource. */
export interface ResourceSetDefinition {
  /** The display name. Default: the key, capitalized. */
  readonly name?: string;
  /** The key of the resource. */
  readonly resource: string;
  /** The condition for instances to belong to the set. */
  readonly where: Condition;
}

/** A rule grants permissions conditionally. It has a `userSet` or `role`, and a `resourceSet` or `resource`. */
export interface RuleDefinition {
  /** The key of a user set. */
  readonly userSet?: string;
  /** The key of a tenant role. */
  readonly role?: string;
  /** The key of a resource set. */
  readonly resourceSet?: string;
  /** The key of a resource: the rule applies to all of its instances. */
  readonly resource?: string;
  /** Permissions as `resource:action`, all of the same resource. */
  readonly permissions: readonly string[];
}

/**
 * Decides whether a user or a resource belongs to a set. The operators are Permit.io's
 * (https://docs.permit.io/api/working-with-abac/operators). `definePolicy` checks paths, operators and values against
 * the declared attributes; this is the loose type for code that reads conditions at run time.
 *
 * ```ts
 * { allOf: [{ 'user.clearance': { equals: 'secret' } }, { not: { 'resource.status': { equals: 'draft' } } }] }
 * ```
 */
export interface Condition {
  readonly [pathOrConnective: string]: unknown;
}

/** The attribute types of Permit.io. `time` is ISO 8601 text, `json` is any JSON value. */
export type AttributeType = 'bool' | 'number' | 'string' | 'time' | 'array' | 'json';

/** Attribute types by attribute name. */
export type AttributeTable = Readonly<Record<string, AttributeType>>;

interface ValueByType {
  readonly bool: boolean;
  readonly number: number;
  readonly string: string;
  readonly time: string;
  readonly array: readonly (string | number | boolean)[];
  readonly json: unknown;
}

/**
 * `{ clearance: 'string' }` → `{ clearance?: string }`. Every attribute is optional; a condition on a missing attribute
 * is false.
 */
export type AttributeValues<Table extends AttributeTable> = {
  readonly [Name in keyof Table]?: ValueByType[Table[Name]];
};

/** Attributes that Permit generates for the tenant of the check. They are not declared in the policy. */
export interface GeneratedAttributes {
  readonly 'user.key': 'string';
  readonly 'user.email': 'string';
  readonly 'user.roles': 'array';
  readonly 'user.tenants': 'array';
  readonly 'resource.type': 'string';
}

/** Every permission of the resources, as `resource:action`. Inferred, so that error messages print the permissions. */
export type PermissionIn<Resources extends Policy['resources']> = {
  [K in keyof Resources & string]: `${K}:${Resources[K]['actions'][number]}`;
}[keyof Resources & string] extends infer Permission extends string
  ? Permission
  : never;

/** The resource keys of a policy: `'reports' | 'members' | …` */
export type ResourceOf<P extends Policy> = keyof P['resources'] & string;

/** The permissions of a policy, one for each action of each resource: `'reports:view' | 'reports:publish' | …` */
export type PermissionOf<P extends Policy> = PermissionIn<P['resources']>;

/** The tenant roles of a policy: `'viewer' | 'editor' | …` */
export type RoleOf<P extends Policy> = keyof P['roles'] & string;

/** The instance roles of a resource: `'owner' | …`; `never` for a resource without instance roles. */
export type ResourceRoleOf<P extends Policy, R extends ResourceOf<P>> = P['resources'][R] extends {
  readonly roles: infer Roles;
}
  ? keyof Roles & string
  : never;

/** The values of a resource's declared attributes: `{ classification?: string }`. */
export type AttributesOf<P extends Policy, R extends ResourceOf<P>> = P['resources'][R] extends {
  readonly attributes: infer Table extends AttributeTable;
}
  ? AttributeValues<Table>
  : Readonly<Record<string, never>>;

/** The values of the declared user attributes: `{ clearance?: string }`. */
export type UserAttributesOf<P extends Policy> = P extends {
  readonly userAttributes: infer Table extends AttributeTable;
}
  ? AttributeValues<Table>
  : Readonly<Record<string, never>>;
