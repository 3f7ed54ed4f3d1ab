import type { Policy } from '../core/policy.ts';
import { mapValues, valueOf } from '../core/records.ts';
import { userOf } from './apply-change.ts';
import type { DerivedRole, GrantPath, InstanceRolePath, RulePath, TenantRolePath } from './explanation.ts';
import { rolesHeldOn, rolesLeadingTo, type RoleOn } from './roles-on-instances.ts';
import { isAllowed, type Situation } from './situation.ts';

/** Through each tenant role, the shortest one through each role on an instance, and through each rule. */
export function grantPaths(situation: Situation): GrantPath[] {
  return [...byTenantRoles(situation), ...byInstanceRoles(situation), ...byRules(situation)];
}

function byTenantRoles({ policy, facts, check }: Situation): TenantRolePath[] {
  const { subject, tenant, permission } = check;
  const { roles = {} } = userOf(facts, subject) ?? {};
  return (valueOf(roles, tenant) ?? []).flatMap((role) => {
    const path = inheritanceTo(policy, permission, role);
    if (path === undefined) return [];
    const inherits = path.slice(1);
    return [
      {
        kind: 'tenant-role',
        text: [subject, `${role} in ${tenant}`, ...inherits, permission].join(' → '),
        role,
        tenant,
        inherits,
      },
    ];
  });
}

function inheritanceTo({ roles }: Policy, permission: string, held: string): string[] | undefined {
  const ways = [[held]];
  const seen = new Set([held]);
  for (const way of ways) {
    const { permissions = [], extends: parents = [] } = roles[way.at(-1) ?? ''] ?? {};
    if (permissions === '*' || permissions.includes(permission)) return way;
    for (const parent of parents) {
      if (!seen.has(parent)) ways.push([...way, parent]);
      seen.add(parent);
    }
  }
  return undefined;
}

function byInstanceRoles(situation: Situation): InstanceRolePath[] {
  return rolesLeadingTo(situation)
    .filter(({ role, object }) => rolesHeldOn(situation, object).includes(role))
    .map((held) => pathFrom(situation, held));
}

/**
 * `ann → editor of collections:q3 → parent of reports:1 → reports:edit`. A step ends with `, so reader` when the
 * derived role has another name.
 */
function pathFrom({ check: { subject, permission } }: Situation, held: RoleOn): InstanceRolePath {
  const derives: DerivedRole[] = [];
  const steps = [`${held.role} of ${held.object}`];
  let from = held;
  while (from.leadsTo !== undefined) {
    const { relation, to } = from.leadsTo;
    derives.push({ relation, object: to.object, role: to.role });
    steps.push(`${relation} of ${to.object}${to.role === from.role ? '' : `, so ${to.role}`}`);
    from = to;
  }
  const text = [subject, ...steps, permission].join(' → ');
  return { kind: 'instance-role', text, role: held.role, object: held.object, derives };
}

function byRules(situation: Situation): RulePath[] {
  const { policy, check } = situation;
  const { subject, tenant, permission } = check;
  return (policy.rules ?? []).flatMap((rule, index) => {
    if (!rule.permissions.includes(permission)) return [];
    if (!isAllowed({ ...situation, policy: onlyRule(policy, index) })) return [];
    const { userSet, role = '', resourceSet, resource = '' } = rule;
    const steps = [
      userSet === undefined ? `${role} in ${tenant}` : `user set ${userSet}`,
      resourceSet === undefined ? `all ${resource}` : `resource set ${resourceSet}`,
    ];
    return [
      {
        kind: 'rule',
        text: [subject, ...steps, permission].join(' → '),
        rule: index,
        holder: userSet === undefined ? { role } : { userSet },
        on: resourceSet === undefined ? { resource } : { resourceSet },
      },
    ];
  });
}

function onlyRule(policy: Policy, index: number): Policy {
  return {
    ...policy,
    resources: mapValues(policy.resources, (resource) => ({
      ...resource,
      roles: mapValues(resource.roles ?? {}, (role) => ({ ...role, permissions: [] })),
    })),
    roles: mapValues(policy.roles, () => ({ permissions: [] })),
    rules: (policy.rules ?? []).slice(index, index + 1),
  };
}
