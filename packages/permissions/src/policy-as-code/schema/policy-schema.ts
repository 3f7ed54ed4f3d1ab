import type { Condition } from '../../core/policy.ts';

/**
 * A policy in the shape of Permit's API: read from an environment (`readEnvironment`) or derived from a policy table
 * (`schemaOfPolicy`), so that the two can be compared. Excludes Permit's built-in objects.
 */
export interface PolicySchema {
  /** Attribute types by name. */
  readonly userAttributes: ReadonlyMap<string, string>;
  /** The resources, by key. */
  readonly resources: ReadonlyMap<string, ResourceSchema>;
  /** Tenant roles by key. */
  readonly roles: ReadonlyMap<string, RoleSchema>;
  /** The user sets and resource sets, by key. In Permit they share one key space. */
  readonly sets: ReadonlyMap<string, SetSchema>;
  /** The rules, by `ruleKey`. */
  readonly rules: ReadonlyMap<string, RuleSchema>;
  /** Texts that a policy table cannot express: `the description of role editor`. A plan does not change them. */
  readonly unsupported: readonly string[];
}

export interface ResourceSchema {
  readonly name: string;
  readonly actions: readonly string[];
  /** Attribute types by name. */
  readonly attributes: ReadonlyMap<string, string>;
  /** The key of the linked resource, by relation. */
  readonly relations: ReadonlyMap<string, string>;
  readonly roles: ReadonlyMap<string, ResourceRoleSchema>;
}

export interface RoleSchema {
  readonly name: string;
  /**
   * The role's own permissions, without inherited ones: `resource:action` for a tenant role, `action` for an instance
   * role.
   */
  readonly permissions: readonly string[];
  readonly extends: readonly string[];
}

export interface ResourceRoleSchema extends RoleSchema {
  readonly derivations: Derivations;
}

export interface Derivations {
  readonly from: readonly DerivationSchema[];
  /** Whether any role that a user has been assigned directly on an instance prevents deriving this role there. */
  readonly onlyWithoutDirectRole: boolean;
}

/**
 * A derivation: users who have `role` on the instance of `on` that the relation `via` links to also have the derived
 * role.
 */
export interface DerivationSchema {
  readonly role: string;
  readonly on: string;
  readonly via: string;
  /** Like `onlyWithoutDirectRole` of `Derivations`, but for this derivation alone. A policy table cannot express it. */
  readonly onlyWithoutDirectRole: boolean;
}

export interface SetSchema {
  readonly kind: 'user set' | 'resource set';
  readonly name: string;
  /** The key of the resource; `undefined` for a user set. */
  readonly resource: string | undefined;
  readonly where: Condition;
  /** The key of the parent set, whose condition must also hold. A policy table cannot express it. */
  readonly parent: string | undefined;
}

/**
 * A rule, which grants permissions to the members of a user set or the holders of a tenant role, on a resource set or
 * on all instances of a resource.
 */
export interface RuleSchema {
  readonly who: Party<'role' | 'user set'>;
  readonly what: Party<'resource' | 'resource set'>;
  /** The permissions, as `resource:action`. */
  readonly permissions: readonly string[];
}

export interface Party<Kind extends string> {
  readonly kind: Kind;
  readonly key: string;
}

/** Identifies a rule by its two sides: `user set cleared → resource set confidential`. */
export function ruleKey({ who, what }: Pick<RuleSchema, 'who' | 'what'>): string {
  return `${who.kind} ${who.key} → ${what.kind} ${what.key}`;
}

/** The permissions of a role in Permit, including inherited ones. */
export function grantedPermissions(
  roles: ReadonlyMap<string, RoleSchema>,
  role: string,
): ReadonlySet<string> {
  const seen = new Set<string>();
  const granted = new Set<string>();
  const visit = (key: string): void => {
    if (seen.has(key)) return;
    seen.add(key);
    for (const permission of roles.get(key)?.permissions ?? []) granted.add(permission);
    for (const parent of roles.get(key)?.extends ?? []) visit(parent);
  };
  visit(role);
  return granted;
}
