import type { Check } from '../decision.ts';
import type { Policy } from '../define-policy.ts';
import type { Facts } from './facts.ts';

/*
 * How Permit decides, once more, and as plainly as it can be said: tables and loops over them, no index, nothing shared with
 * the engine. Of conditions it knows `equals`, `array_contains`, references and the connectives.
 */

/** May he? By a role in the tenant, by a role on the instance, or by a rule. */
export function oracle(policy: Policy, facts: Facts, check: Check): boolean {
  return (
    byTenantRole(policy, facts, check) || byInstanceRole(policy, facts, check) || byRule(policy, facts, check)
  );
}

function byTenantRole({ roles }: Policy, facts: Facts, { subject, tenant, permission }: Check): boolean {
  const held = new Set(facts.users?.[subject]?.roles?.[tenant]);
  for (const role of held) for (const parent of roles[role]?.extends ?? []) held.add(parent);
  return [...held].some((role) => {
    const granted = roles[role]?.permissions ?? [];
    return granted === '*' || granted.includes(permission);
  });
}

/** Adds derived roles to the table of those held until nothing changes, then looks. */
function byInstanceRole(
  policy: Policy,
  facts: Facts,
  { subject, tenant, permission, instance }: Check,
): boolean {
  const [resource = '', action = ''] = permission.split(':');
  const target = `${resource}:${instance}`;
  const instances = Object.entries(facts.instances ?? {});
  if (instances.find(([object]) => object === target)?.[1]?.tenant !== tenant) return false;

  const direct = Object.entries(facts.users?.[subject]?.instanceRoles ?? {});
  const held = new Set(direct.flatMap(([object, roles = []]) => roles.map((role) => `${object}#${role}`)));
  const holdsDirectly = (object: string) =>
    direct.some(([on, roles = []]) => on === object && roles.length > 0);
  for (let before = -1; before !== held.size;) {
    before = held.size;
    for (const [object, linked] of instances) {
      const [type = ''] = object.split(':');
      for (const [role, { derivedFrom = [], onlyWithoutDirectRole }] of Object.entries(
        policy.resources[type]?.roles ?? {},
      )) {
        if (onlyWithoutDirectRole === true && holdsDirectly(object)) continue;
        for (const rule of derivedFrom) {
          const sources = Object.entries<string | readonly string[]>(linked?.relations ?? {})
            .filter(([relation]) => relation === rule.via)
            .flatMap(([, objects]) => objects);
          if (sources.some((source) => held.has(`${source}#${rule.role}`))) held.add(`${object}#${role}`);
        }
      }
    }
  }
  return Object.entries(policy.resources[resource]?.roles ?? {}).some(
    ([role, { permissions }]) => permissions.includes(action) && held.has(`${target}#${role}`),
  );
}

function byRule({ rules = [], userSets, resourceSets }: Policy, facts: Facts, check: Check): boolean {
  const values = valuesOf(facts, check);
  const [type] = check.permission.split(':');
  return rules.some(({ userSet, role, resourceSet, resource, permissions }) => {
    if (!permissions.includes(check.permission)) return false;
    const who =
      userSet === undefined ? values.roles.includes(role) : holds(userSets?.[userSet]?.where, values.at);
    const set = resourceSets?.[resourceSet ?? ''];
    const what = set === undefined ? resource === type : set.resource === type && holds(set.where, values.at);
    return who && what;
  });
}

/** Attributes by path; those of the question beat those stored. Of a tenant's, only its members see any. */
function valuesOf(facts: Facts, { subject, tenant, permission, instance, attributes, context }: Check) {
  const user = facts.users?.[subject];
  const tenants = Object.entries(user?.roles ?? {}).flatMap(([key, held]) =>
    held.length === 0 ? [] : [key],
  );
  const roles: readonly unknown[] = user?.roles?.[tenant] ?? [];
  const [type] = permission.split(':');
  const stored = Object.entries(facts.instances ?? {}).find(
    ([object]) => object === `${type}:${instance}`,
  )?.[1];
  const all: Record<string, object> = {
    user: { ...user?.attributes, ...(user && { key: subject }), roles, tenants },
    resource: { type, ...stored?.attributes, ...attributes },
    tenant: { ...(tenants.includes(tenant) && facts.tenants?.[tenant]?.attributes) },
    context: { ...context },
  };
  const at = (path: string): unknown => {
    const [of = '', name = ''] = path.split('.');
    return new Map(Object.entries(all[of] ?? {})).get(name);
  };
  return { roles, at };
}

/** Every entry of a condition must hold; a comparison with what is not there does not. */
function holds(condition: unknown, at: (path: string) => unknown): boolean {
  return Object.entries(condition ?? {}).every(([key, inner]: [string, unknown]) => {
    if (key === 'allOf') return listOf(inner).every((one) => holds(one, at));
    if (key === 'anyOf') return listOf(inner).some((one) => holds(one, at));
    if (key === 'not') return !holds(inner, at);
    const left = at(key);
    return Object.entries(inner ?? {}).every(([operator, given]: [string, unknown]) => {
      const right = isReference(given) ? at(given.ref) : given;
      if (left === undefined || right === undefined) return false;
      if (operator === 'equals') return left === right;
      if (operator === 'array_contains') return listOf(left).includes(right);
      throw new TypeError(`The oracle does not know ${operator}.`);
    });
  });
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isReference(value: unknown): value is { readonly ref: string } {
  return typeof value === 'object' && value !== null && 'ref' in value;
}
