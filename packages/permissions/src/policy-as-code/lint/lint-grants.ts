import type { Policy } from '../../policy.ts';
import { permissionsOf, permissionsOfRole, rolesGranting, rolesOf } from '../../grants.ts';
import { finding, type Finding } from './finding.ts';

/** Roles that do nothing, and actions that nobody may take. */
export function findingsInGrants(policy: Policy): Finding[] {
  return [...idleRoles(policy), ...unusedActions(policy)];
}

function idleRoles(policy: Policy): Finding[] {
  const { resources, rules = [] } = policy;
  const tenant = rolesOf(policy)
    .filter(
      (role) => permissionsOfRole(policy, role).length === 0 && !rules.some((rule) => rule.role === role),
    )
    .map((role) => `roles.${role}`);
  const sources = sourcesIn(policy);
  const onInstances = Object.entries(resources).flatMap(([resource, { roles = {} }]) =>
    Object.entries(roles)
      .filter(([, { permissions }]) => permissions.length === 0)
      .map(([role]) => `resources.${resource}.roles.${role}`),
  );
  return [...tenant, ...onInstances.filter((place) => !sources.has(place))].map((place) =>
    finding('idle-role', place, {
      why: 'Whoever has this role may do nothing by it.',
      fix: 'Give it permissions, or remove it.',
    }),
  );
}

/** Roles that others derive from, as places. */
function sourcesIn({ resources }: Policy): ReadonlySet<string> {
  const derivations = Object.values(resources).flatMap(({ roles = {} }) =>
    Object.values(roles).flatMap(({ derivedFrom = [] }) => derivedFrom),
  );
  return new Set(derivations.map(({ on, role }) => `resources.${on}.roles.${role}`));
}

function unusedActions(policy: Policy): Finding[] {
  const ruled = new Set((policy.rules ?? []).flatMap(({ permissions }) => permissions));
  return permissionsOf(policy)
    .filter((permission) => {
      const { tenant, instance } = rolesGranting(policy, permission);
      return tenant.length === 0 && instance.length === 0 && !ruled.has(permission);
    })
    .map((permission) =>
      finding('unused-action', `resources.${permission.replace(':', '.actions.')}`, {
        why: `No role and no rule grants ${permission}: nobody may do this.`,
        fix: 'Grant it, or remove the action.',
      }),
    );
}
