import type { Policy } from '../../core/policy.ts';
import { permissionsOf, permissionsOfRole, rolesGranting, rolesOf } from '../../core/grants.ts';
import { finding, type Finding } from './finding.ts';

/** Roles that grant nothing, and actions that nothing grants. */
export function findingsInGrants(policy: Policy): Finding[] {
  return [...idleRoles(policy), ...unusedActions(policy)];
}

function idleRoles(policy: Policy): Finding[] {
  const { resources, rules = [] } = policy;
  const tenantRoles = rolesOf(policy)
    .filter(
      (role) => permissionsOfRole(policy, role).length === 0 && !rules.some((rule) => rule.role === role),
    )
    .map((role) => `roles.${role}`);
  const sources = sourcesIn(policy);
  const instanceRoles = Object.entries(resources).flatMap(([resource, { roles = {} }]) =>
    Object.entries(roles)
      .filter(([, { permissions }]) => permissions.length === 0)
      .map(([role]) => `resources.${resource}.roles.${role}`),
  );
  return [...tenantRoles, ...instanceRoles.filter((place) => !sources.has(place))].map((place) =>
    finding('idle-role', place, {
      why: 'This role grants no permission.',
      fix: 'Give it permissions, or remove it.',
    }),
  );
}

/** The locations of the instance roles that other roles derive from. */
function sourcesIn({ resources }: Policy): ReadonlySet<string> {
  const derivations = Object.values(resources).flatMap(({ roles = {} }) =>
    Object.values(roles).flatMap(({ derivedFrom = [] }) => derivedFrom),
  );
  return new Set(derivations.map(({ on, role }) => `resources.${on}.roles.${role}`));
}

function unusedActions(policy: Policy): Finding[] {
  const grantedByRules = new Set((policy.rules ?? []).flatMap(({ permissions }) => permissions));
  return permissionsOf(policy)
    .filter((permission) => {
      const { tenant, instance } = rolesGranting(policy, permission);
      return tenant.length === 0 && instance.length === 0 && !grantedByRules.has(permission);
    })
    .map((permission) =>
      finding('unused-action', `resources.${permission.replace(':', '.actions.')}`, {
        why: `No role and no rule grants ${permission}: no user can have it.`,
        fix: 'Grant it, or remove the action.',
      }),
    );
}
