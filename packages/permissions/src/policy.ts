import type { AttributeTable } from './attribute-types.ts';
import type { Condition } from './condition.ts';

/** Any policy table, as code reads it. `definePolicy` checks the references between its parts. */
export interface Policy {
  /** The attributes of users that conditions may use, as `user.<name>`, with their types. Default: none. */
  readonly userAttributes?: AttributeTable;
  /** The resources by key. */
  readonly resources: Readonly<Record<string, ResourceDefinition>>;
  /** The roles that a user holds in a tenant, by key. */
  readonly roles: Readonly<Record<string, RoleDefinition>>;
  /** Sets of users, defined by a condition. Default: none. */
  readonly userSets?: Readonly<Record<string, UserSetDefinition>>;
  /** Sets of resource instances, defined by a condition. Default: none. Keys must differ from those of `userSets`. */
  readonly resourceSets?: Readonly<Record<string, ResourceSetDefinition>>;
  /** What members of a user set, or holders of a role, may do with members of a resource set. Default: none. */
  readonly rules?: readonly RuleDefinition[];
  /** The role that a user is given when first provisioned. */
  readonly defaultRole: string;
}

/** One resource of the table: its actions, attributes, relations and instance roles. */
export interface ResourceDefinition {
  /** The display name. Default: the key, capitalized. */
  readonly name?: string;
  /**
   * The key that it had before. `latchkey policy apply` moves what depends on the old key to the new one: instances with their
   * roles and relationships. Keep it
   * until every environment has followed. Default: it was never renamed.
   */
  readonly renamedFrom?: string;
  /** Each action is a permission: `<resource>:<action>`. */
  readonly actions: readonly [string, ...string[]];
  /** The attributes of instances that conditions may use, as `resource.<name>`, with their types. Default: none. */
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
   * The key that it had before. `latchkey policy apply` moves what depends on the old key to the new one: role assignments. Keep it
   * until every environment has followed. Default: it was never renamed.
   */
  readonly renamedFrom?: string;
  /** Actions of this resource, without the resource's key. */
  readonly permissions: readonly string[];
  /** Derives the role from roles on related instances. Default: none. */
  readonly derivedFrom?: readonly DerivationDefinition[];
  /** Whether a direct role on an instance switches off every derivation of this role there. Default: false. */
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
   * The key that it had before. `latchkey policy apply` moves what depends on the old key to the new one: role assignments. Keep it
   * until every environment has followed. Default: it was never renamed.
   */
  readonly renamedFrom?: string;
  /** Roles whose permissions this role has too. Default: none. */
  readonly extends?: readonly string[];
  /** Permissions as `resource:action`; `'*'` is every permission of the table. */
  readonly permissions: '*' | readonly string[];
}

/** A set of users. */
export interface UserSetDefinition {
  /** The display name. Default: the key, capitalized. */
  readonly name?: string;
  /** Which users belong to the set. */
  readonly where: Condition;
  /**
   * Only users with a role of the table in the tenant of the check: Permit.io evaluates conditions for every tenant.
   * `definePolicy` adds it to the condition, with each role of the table.
   */
  readonly anyRole?: true;
}

/** A set of instances of one resource. */
export interface ResourceSetDefinition {
  /** The display name. Default: the key, capitalized. */
  readonly name?: string;
  /** The key of the resource. */
  readonly resource: string;
  /** Which instances belong to the set. */
  readonly where: Condition;
}

/** A rule grants permissions by condition. It names `userSet` or `role`, and `resourceSet` or `resource`. */
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
