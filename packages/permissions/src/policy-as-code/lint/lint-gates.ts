import type { Policy } from '../../core/policy.ts';
import { permissionsOf } from '../../core/grants.ts';
import { finding, type Finding } from './finding.ts';

/** The required permissions by procedure, as `gatesOf` returns them: `reports:view`, `reports:view & reports:edit`, `a:b | c:d`. */
export type Gates = Readonly<Record<string, string>>;

/** Permissions that no gate requires, and gates that require an unknown permission. */
export function findingsInGates(policy: Policy, gates: Gates): Finding[] {
  const known: readonly string[] = permissionsOf(policy);
  const required = Object.entries(gates).flatMap(([procedure, requirement]) =>
    requirement.split(/[&|]/).map((permission) => ({ procedure, permission: permission.trim() })),
  );
  const requiredPermissions = new Set(required.map(({ permission }) => permission));
  return [
    ...required
      .filter(({ permission }) => !known.includes(permission))
      .map(({ procedure, permission }) =>
        finding('unknown-permission', `gates.${procedure}`, {
          why: `It requires ${permission}, which the policy does not have: every call is denied.`,
          fix: 'Add the action to the policy, or correct the gate.',
        }),
      ),
    ...known
      .filter((permission) => !requiredPermissions.has(permission))
      .map((permission) =>
        finding('ungated-permission', `resources.${permission.replace(':', '.actions.')}`, {
          why: `No gate requires ${permission}: granting it has no effect.`,
          fix: 'Add a gate that requires it, or remove the action.',
        }),
      ),
  ];
}
