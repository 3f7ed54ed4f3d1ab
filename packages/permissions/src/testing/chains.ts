import type { AuthorizationResult, ModelDebug, RebacRole } from '@latchkey/permit-engine';
import type { Check } from '../decision.ts';
import type { Policy } from '../policy.ts';
import type { Facts } from '../facts/facts.ts';
import { setsOfRule } from '../facts/schema-document.ts';
import { tuplesOf } from '../facts/tuples.ts';

type ChainInput = { readonly policy: Policy; readonly facts: Facts };

/**
 * The chains from the user to the permission, one for each tenant role (through the roles that it extends), instance role
 * (along the relations that it is derived over) and rule that grants it.
 */
export function chainsOf(input: ChainInput, check: Check, { debug }: AuthorizationResult): string[] {
  const { subject, permission } = check;
  const { rbac, rebac, abac } = debug ?? {};
  const steps = [
    ...tenantRoles(rbac).map((role) => inTenant(input.policy, check, role)),
    ...instanceRoles(rebac).map((role) => alongRelations(input, role)),
    ...(abac?.allow === true ? byRules(input.policy, check, abac) : []),
  ];
  return steps.map((chain) => [subject, ...chain, permission].join(' → '));
}

function tenantRoles(rbac: ModelDebug | undefined): string[] {
  return (rbac?.allowing_roles ?? []).filter((role) => typeof role === 'string');
}

function instanceRoles(rebac: ModelDebug | undefined): RebacRole[] {
  return (rebac?.allowing_roles ?? []).filter((role) => typeof role !== 'string');
}

/** `editor in acme → viewer`: the assigned role, then the extended roles down to the one that has the permission. */
function inTenant({ roles }: Policy, { tenant, permission }: Check, held: string): string[] {
  const pathFrom = (role: string, seen: readonly string[]): string[] | undefined => {
    const { permissions = [], extends: parents = [] } = roles[role] ?? {};
    if (permissions === '*' || permissions.includes(permission)) return [role];
    const inherited = parents
      .filter((parent) => !seen.includes(parent))
      .map((parent) => pathFrom(parent, [...seen, parent]))
      .find((path) => path !== undefined);
    return inherited && [role, ...inherited];
  };
  const [, ...inherited] = pathFrom(held, [held]) ?? [];
  return [`${held} in ${tenant}`, ...inherited];
}

interface RoleOn {
  readonly role: string;
  readonly object: string;
}

/** `editor of collections:q3 → parent of reports:1`; with `, so reader` when the derived role has another name. */
function alongRelations(input: ChainInput, { role, resource, sources }: RebacRole): string[] {
  const derived = sources.map((source) => ({ role: keyOf(source.role), object: source.resource }));
  const target = { role: keyOf(role), object: resource };
  // The engine lists the sources from the instance back to the assignment. A directly assigned role is its own source.
  const [root = target, ...path] = (
    sources.length === 1 && derived[0]?.object === resource && derived[0].role === target.role
      ? [target]
      : [target, ...derived]
  ).toReversed();
  const steps = [`${root.role} of ${root.object}`];
  let from = root;
  for (const to of path) {
    const so = to.role === from.role ? '' : `, so ${to.role}`;
    steps.push(`${relationOf(input, from, to)} of ${to.object}${so}`);
    from = to;
  }
  return steps;
}

/** Permit writes a role on an instance `reports:1#owner`. */
function keyOf(role: string): string {
  return role.slice(role.indexOf('#') + 1);
}

/** The relation over which the role of `to` is derived from the role of `from`. */
function relationOf({ policy, facts }: ChainInput, from: RoleOn, to: RoleOn): string {
  const [on = ''] = from.object.split(':');
  const [resource = ''] = to.object.split(':');
  const derivations = policy.resources[resource]?.roles?.[to.role]?.derivedFrom ?? [];
  const tuple = tuplesOf(facts).find(
    ({ subject, relation, object }) =>
      subject === from.object &&
      object === to.object &&
      derivations.some((rule) => rule.role === from.role && rule.on === on && rule.via === relation),
  );
  return tuple?.relation ?? 'linked';
}

/** `user set cleared → resource set confidential`, `editor in acme → every reports`. */
function byRules({ rules = [] }: Policy, { tenant, permission }: Check, abac: ModelDebug): string[][] {
  return rules
    .filter((rule) => rule.permissions.includes(permission) && holds(setsOfRule(rule), abac))
    .map(({ userSet, role, resourceSet, resource }) => [
      userSet === undefined ? `${role} in ${tenant}` : `user set ${userSet}`,
      resourceSet === undefined ? `all ${resource}` : `resource set ${resourceSet}`,
    ]);
}

/** Permit's debug output has the pairs of sets that allow, or, for a role on a whole resource, all sets that match. */
function holds(
  pair: ReturnType<typeof setsOfRule>,
  { allowing_rules, matching_usersets: matching = [] }: ModelDebug,
) {
  if (allowing_rules === undefined)
    return matching.includes(pair.userSet) && matching.includes(pair.resourceSet);
  return allowing_rules.some((rule) => {
    const userSet = 'userset' in rule ? rule.userset : `__autogen_${rule.role}`;
    const resourceSet = 'resourceset' in rule ? rule.resourceset : `__autogen_${rule.resource_type}`;
    return userSet === pair.userSet && resourceSet === pair.resourceSet;
  });
}
