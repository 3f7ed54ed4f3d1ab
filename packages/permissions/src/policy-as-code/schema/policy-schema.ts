import type { Condition } from '../../core/policy.ts';

/**
 * A policy in the shape of Permit's API: read from an environment (`readEnvironment`) or derived from a policy table
 * (`schemaOfPolicy`), so that the two can be compared. Excludes Permit's built-in objects.
 */
export interface PolicySchema {
  /** Attribute types by name. */
  readonly userAttributes: ReadonlyMap<string, string>;
  /** By key. */
  readonly resources: ReadonlyMap<string, ResourceSchema>;
  /** Tenant roles by key. */
  readonly roles: ReadonlyMap<string, RoleSchema>;
  /** By key: in Permit, user sets and resource sets share their keys. */
  readonly sets: ReadonlyMap<string, SetSchema>;
  /** By `ruleKey`. */
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
  /** Without inherited permissions. `resource:action` for a tenant role, `action` for an instance role. */
  readonly permissions: readonly string[];
  readonly extends: readonly string[];
}

export interface ResourceRoleSchema extends RoleSchema {
  readonly derivations: Derivations;
}

export interface Derivations {
  readonly from: readonly DerivationSchema[];
  /** Whether a direct role on the instance disables all of its derivations there. */
  readonly onlyWithoutDirectRole: boolean;
}

/** Users with `role` on the instance of `on` that `via` links to. */
export interface DerivationSchema {
  readonly role: string;
  readonly on: string;
  readonly via: string;
  /** The same for this derivation alone. A policy table cannot express it. */
  readonly onlyWithoutDirectRole: boolean;
}

export interface SetSchema {
  readonly kind: 'user set' | 'resource set';
  readonly name: string;
  /** The key of the resource; `undefined` for a user set. */
  readonly resource: string | undefined;
  readonly where: Condition;
  /** The key of the parent set, whose condition must hold too. A policy table cannot express it. */
  readonly parent: string | undefined;
}

/** The permissions of a user set's members, or a tenant role's holders, on a resource set or all instances of a resource. */
export interface RuleSchema {
  readonly who: Party<'role' | 'user set'>;
  readonly what: Party<'resource' | 'resource set'>;
  /** `resource:action` */
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

/** The permissions of a role in Permit, inherited permissions included. */
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
