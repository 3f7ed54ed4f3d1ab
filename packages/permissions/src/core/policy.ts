/** The general type of a policy table. `definePolicy` checks the references inside it. */
export interface Policy {
  /** The types of user attributes, by name. Conditions refer to an attribute as `user.<name>`. Default: none. */
  readonly userAttributes?: AttributeTable;
  /** The resources by key. */
  readonly resources: Readonly<Record<string, ResourceDefinition>>;
  /** The roles that a user holds in a tenant, by key. */
  readonly roles: Readonly<Record<string, RoleDefinition>>;
  /** Sets of users, each defined by a condition. Default: none. */
  readonly userSets?: Readonly<Record<string, UserSetDefinition>>;
  /** Sets of resource instances, each defined by a condition. No key of `userSets` may recur. Default: none. */
  readonly resourceSets?: Readonly<Record<string, ResourceSetDefinition>>;
  /** Conditional grants: to a user set or a role, on a resource set or all instances of a resource. Default: none. */
  readonly rules?: readonly RuleDefinition[];
  /**
   * The OAuth scopes of applications that act for a person, by key. A scope covers permissions: such an application can
   * do what the person may do and its scopes cover. Scopes are never sent to Permit. Default: none.
   */
  readonly scopes?: Readonly<Record<string, ScopeDefinition>>;
  /** The role of a newly provisioned user. */
  readonly defaultRole: string;
}

/** An OAuth scope: a part of a person's access that an application can ask the person for. */
export interface ScopeDefinition {
  /** What people read when they consent: `See who has access`. */
  readonly name: string;
  /** The permissions that the scope covers, as `resource:action`. */
  readonly permissions: readonly string[];
}

/** One resource of the table: its actions, attributes, relations and instance roles. */
export interface ResourceDefinition {
  /** The display name. Default: the key, capitalized. */
  readonly name?: string;
  /**
   * The previous key. `latchkey policy apply` moves the instances, with their roles and relationships. Remove the field
   * once every environment has been migrated. Default: the resource was not renamed.
   */
  readonly renamedFrom?: string;
  /** The actions on the resource. Each defines a permission, `<resource>:<action>`. */
  readonly actions: readonly [string, ...string[]];
  /** Those of the actions that change what others may do. `policy lint` warns if a scope covers one. Default: none. */
  readonly changesAccess?: readonly string[];
  /** The types of instance attributes, by name; `resource.<name>` in conditions. Default: none. */
  readonly attributes?: AttributeTable;
  /** The resources to which instances can be linked, by relation: `{ parent: 'collections' }`. Default: none. */
  readonly relations?: Readonly<Record<string, string>>;
  /** Roles that a user holds on one instance, by key. Default: none. */
  readonly roles?: Readonly<Record<string, ResourceRoleDefinition>>;
}

/** A role on one instance of a resource. */
export interface ResourceRoleDefinition {
  /** The display name. Default: the key, capitalized. */
  readonly name?: string;
  /**
   * The previous key. `latchkey policy apply` moves the assignments. Remove the field once every environment has been
   * migrated. Default: the role was not renamed.
   */
  readonly renamedFrom?: string;
  /** The actions of this resource that the role grants, without the resource key. */
  readonly permissions: readonly string[];
  /** The roles on related instances from which this role is derived. Default: none. */
  readonly derivedFrom?: readonly DerivationDefinition[];
  /** Whether any direct role of the user on the instance prevents deriving this role there. Default: false. */
  readonly onlyWithoutDirectRole?: boolean;
}

/** Users with `role` on the instance of `on` that the relation `via` links to also have the derived role. */
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
   * The previous key. `latchkey policy apply` moves the assignments. Remove the field once every environment has been
   * migrated. Default: the role was not renamed.
   */
  readonly renamedFrom?: string;
  /** The roles whose permissions this role inherits. Default: none. */
  readonly extends?: readonly string[];
  /** The permissions that the role grants, as `resource:action`; `'*'` for every permission of the policy. */
  readonly permissions: '*' | readonly string[];
}

/** A set of users. */
export interface UserSetDefinition {
  /** The display name. Default: the key, capitalized. */
  readonly name?: string;
  /** The condition that a user must meet to belong to the set. */
  readonly where: Condition;
  /**
   * Limits the set to users with a role in the tenant, because Permit.io evaluates conditions in every tenant:
   * `definePolicy` adds a condition that requires any role of the policy. Default: no limit.
   */
  readonly anyRole?: true;
}

/** A set of instances of one resource. */
export interface ResourceSetDefinition {
  /** The display name. Default: the key, capitalized. */
  readonly name?: string;
  /** The key of the resource. */
  readonly resource: string;
  /** The condition that an instance must meet to belong to the set. */
  readonly where: Condition;
}

/** A conditional grant, with either `userSet` or `role`, and either `resourceSet` or `resource`. */
export interface RuleDefinition {
  /** The key of a user set. */
  readonly userSet?: string;
  /** The key of a tenant role. */
  readonly role?: string;
  /** The key of a resource set. */
  readonly resourceSet?: string;
  /** The key of a resource: the rule applies to all of its instances. */
  readonly resource?: string;
  /** The permissions that the rule grants, as `resource:action`, all of the same resource. */
  readonly permissions: readonly string[];
}

/**
 * Whether a user or an instance belongs to a set, with Permit.io's operators
 * (https://docs.permit.io/api/working-with-abac/operators). This type is loose; `definePolicy` checks paths, operators
 * and values.
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

/** `{ clearance?: string }` for `{ clearance: 'string' }`. */
export type AttributeValues<Table extends AttributeTable> = {
  readonly [Name in keyof Table]?: ValueByType[Table[Name]];
};

/** Attributes that Permit generates for the tenant of the check. They need no declaration. */
export interface GeneratedAttributes {
  readonly 'user.key': 'string';
  readonly 'user.email': 'string';
  readonly 'user.roles': 'array';
  readonly 'user.tenants': 'array';
  readonly 'resource.type': 'string';
}

/** Uses `infer` so that error messages print the permissions. */
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

/** The scopes of a policy: `'access:read' | …`; `never` without scopes. */
export type ScopeOf<P extends Policy> = P extends { readonly scopes: infer Scopes }
  ? keyof Scopes & string
  : never;

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
