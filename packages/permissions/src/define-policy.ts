import type { AttributeTable } from './attribute-types.ts';
import { assertPolicy } from './assert-policy.ts';
import type { Condition } from './condition.ts';
import type { Checked } from './policy-checks.ts';

/** A policy table as code reads it, whichever policy it is. `definePolicy` checks the references between its parts. */
export interface Policy {
  /** The attributes of users that conditions may use. */
  readonly userAttributes?: AttributeTable;
  readonly resources: Readonly<Record<string, ResourceDefinition>>;
  /** The roles that a user holds in a tenant. */
  readonly roles: Readonly<Record<string, RoleDefinition>>;
  readonly userSets?: Readonly<Record<string, UserSetDefinition>>;
  readonly resourceSets?: Readonly<Record<string, ResourceSetDefinition>>;
  /** What members of a user set, or holders of a role, may do with members of a resource set. */
  readonly rules?: readonly RuleDefinition[];
  /** The role that a user is given when first provisioned. */
  readonly defaultRole: string;
}

export interface ResourceDefinition {
  /** For people; the key, capitalized, when absent. */
  readonly name?: string;
  readonly actions: readonly [string, ...string[]];
  readonly attributes?: AttributeTable;
  /** Links from an instance to instances of another resource, by name: `{ parent: 'collections' }`. */
  readonly relations?: Readonly<Record<string, string>>;
  /** Roles that a user holds on one instance. */
  readonly roles?: Readonly<Record<string, ResourceRoleDefinition>>;
}

export interface ResourceRoleDefinition {
  readonly name?: string;
  /** Actions of this resource. */
  readonly permissions: readonly string[];
  /** Who has the role without being given it: holders of `role` on the instance of `on` that `via` leads to. */
  readonly derivedFrom?: readonly DerivationDefinition[];
  /** Whether a direct role on the instance turns every derivation of this role off there. */
  readonly onlyWithoutDirectRole?: boolean;
}

export interface DerivationDefinition {
  readonly role: string;
  readonly on: string;
  readonly via: string;
}

export interface RoleDefinition {
  readonly name?: string;
  /** Roles whose permissions this one has too. */
  readonly extends?: readonly string[];
  /** `resource:action`; `'*'` is every permission of the table. */
  readonly permissions: '*' | readonly string[];
}

export interface UserSetDefinition {
  readonly name?: string;
  readonly where: Condition;
}

export interface ResourceSetDefinition {
  readonly name?: string;
  readonly resource: string;
  readonly where: Condition;
}

export interface RuleDefinition {
  /** One of the two: a user set, or a tenant role. */
  readonly userSet?: string;
  readonly role?: string;
  /** One of the two: a resource set, or every instance of a resource. */
  readonly resourceSet?: string;
  readonly resource?: string;
  readonly permissions: readonly string[];
}

/**
 * The one table that gates, UI, tests and Permit.io's configuration follow from. Names are kept as literal types, so
 * that a permission, role, relation, attribute or resource that does not exist fails to compile wherever it is used,
 * in this table too, with a message that names it.
 *
 * What types cannot see is checked here: keys follow Permit.io's pattern, roles do not inherit in a circle.
 * @throws {TypeError} naming the key or the circle.
 */
export function definePolicy<const P extends Policy>(policy: P & Checked<P>): P {
  assertPolicy(policy);
  return policy;
}
