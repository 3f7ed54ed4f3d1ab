import type { AuthorizationResult, ModelDebug, RebacRole } from '@latchkey/permit-engine';
import type { Check } from '../decision.ts';
import type { Policy } from '../policy.ts';
import type { Facts } from './facts.ts';
import { setsOfRule } from './schema-document.ts';
import { tuplesOf } from './tuples.ts';

type Known = { readonly policy: Policy; readonly facts: Facts };

/**
 * From the person to the permission, one chain for each role or rule that allows: by tenant role (through what it
 * extends), by role on an instance (along the links it is derived over), by condition.
 */
export function chainsOf(known: Known, check: Check, { debug }: AuthorizationResult): string[] {
  const { subject, permission } = check;
  const { rbac, rebac, abac } = debug ?? {};
  const steps = [
    ...tenantRoles(rbac).map((role) => inTenant(known.policy, check, role)),
    ...instanceRoles(rebac).map((role) => onInstances(known, role)),
    ...(abac?.allow === true ? byRules(known.policy, check, abac) : []),
  ];
  return steps.map((chain) => [subject, ...chain, permission].join(' → '));
}

function tenantRoles(rbac: ModelDebug | undefined): string[] {
  return (rbac?.allowing_roles ?? []).filter((role) => typeof role === 'string');
}

function instanceRoles(rebac: ModelDebug | undefined): RebacRole[] {
  return (rebac?.allowing_roles ?? []).filter((role) => typeof role !== 'string');
}

/** `editor in acme → viewer`: the role held, and those it extends down to the one that names the permission. */
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

/** `editor of collections:q3 → parent of reports:1`; where the derived role has another name, `…, so reader`. */
function onInstances(known: Known, { role, resource, sources }: RebacRole): string[] {
  const derived = sources.map((source) => ({
    role: source.role.split('#')[1] ?? '',
    object: source.resource,
  }));
  const target = { role, object: resource };
  // The engine tells the way from the instance back to the assignment, and a role that is assigned there as its own source.
  const [root = target, ...way] = (
    sources.length === 1 && derived[0]?.object === resource && derived[0].role === role
      ? [target]
      : [target, ...derived]
  ).toReversed();
  const steps = [`${root.role} of ${root.object}`];
  let from = root;
  for (const to of way) {
    const so = to.role === from.role ? '' : `, so ${to.role}`;
    steps.push(`${relationOf(known, from, to)} of ${to.object}${so}`);
    from = to;
  }
  return steps;
}

/** The relation over which `to`'s role derives from `from`'s. */
function relationOf({ policy, facts }: Known, from: RoleOn, to: RoleOn): string {
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

/** The vendor's debug names the pairs of sets that allow, or, for a role on a whole resource, all sets that match. */
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
