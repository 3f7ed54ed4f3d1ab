import type { Condition } from '../../core/policy.ts';

/**
 * A policy in the shape of Permit's API, from an environment (`readEnvironment`) or a policy table (`schemaOfPolicy`),
 * so that the two can be compared. Without Permit's built-in objects.
 */
export interface PolicySchema {
  readonly userAttributes: ReadonlyMap<string, string>;
  readonly resources: ReadonlyMap<string, ResourceSchema>;
  readonly roles: ReadonlyMap<string, RoleSchema>;
  /** In Permit, both kinds share one key space. */
  readonly sets: ReadonlyMap<string, SetSchema>;
  /** By `ruleKey`. */
  readonly rules: ReadonlyMap<string, RuleSchema>;
  /** What a policy table cannot express: `the description of role editor`. A plan does not change it. */
  readonly unsupported: readonly string[];
}

export interface ResourceSchema {
  readonly name: string;
  readonly actions: readonly string[];
  readonly attributes: ReadonlyMap<string, string>;
  /** The key of the linked resource, by relation. */
  readonly relations: ReadonlyMap<string, string>;
  readonly roles: ReadonlyMap<string, ResourceRoleSchema>;
}

export interface RoleSchema {
  readonly name: string;
  /** Without inherited ones: `resource:action` for a tenant role, `action` for an instance role. */
  readonly permissions: readonly string[];
  readonly extends: readonly string[];
}

export interface ResourceRoleSchema extends RoleSchema {
  readonly derivations: Derivations;
}

export interface Derivations {
  readonly from: readonly DerivationSchema[];
  readonly onlyWithoutDirectRole: boolean;
}

export interface DerivationSchema {
  readonly role: string;
  readonly on: string;
  readonly via: string;
  /** For this derivation alone. A policy table cannot express it. */
  readonly onlyWithoutDirectRole: boolean;
}

export interface SetSchema {
  readonly kind: 'user set' | 'resource set';
  readonly name: string;
  /** `undefined` for a user set. */
  readonly resource: string | undefined;
  readonly where: Condition;
  /** Its condition must also hold. A policy table cannot express it. */
  readonly parent: string | undefined;
}

export interface RuleSchema {
  readonly who: Party<'role' | 'user set'>;
  readonly what: Party<'resource' | 'resource set'>;
  readonly permissions: readonly string[];
}

export interface Party<Kind extends string> {
  readonly kind: Kind;
  readonly key: string;
}

/** Its two sides: `user set cleared → resource set confidential`. */
export function ruleKey({ who, what }: Pick<RuleSchema, 'who' | 'what'>): string {
  return `${who.kind} ${who.key} → ${what.kind} ${what.key}`;
}

/** Including inherited ones. */
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
