import type { Policy } from '../core/policy.ts';
import type { Facts } from '../facts/facts.ts';

/**
 * Checks that a user without a role in a tenant or on its instances has no permission there. Each instance is checked
 * in its own tenant: an instance role applies regardless of the tenant that a check names, so code that loads an
 * instance must compare its tenant. Tenant roles apply to one tenant only. Conditions do not: Permit evaluates them in
 * every tenant, so "staff with clearance" means the staff of all tenants unless the condition also tests `user.roles`
 * or `tenant.*`. Tests random facts; requires `fast-check`.
 * @throws {Error} with the smallest facts found with which such a user has a permission, and the rule that grants it.
 */
export async function tenantsStayApart(policy: Policy): Promise<void> {
  const { neverAllowed } = await import('./never-allowed.ts');
  neverAllowed(policy, { covers: (facts, { subject, tenant }) => isStranger(facts, subject, tenant) });
}

function isStranger({ users = {}, instances = {} }: Facts, subject: string, tenant: string): boolean {
  const { roles = {}, instanceRoles = {} } = users[subject] ?? {};
  const places = new Map(Object.entries(instances).map(([object, instance]) => [object, instance?.tenant]));
  const holdsOn = Object.entries(instanceRoles).flatMap(([object, held = []]) =>
    held.length === 0 ? [] : [places.get(object)],
  );
  return (roles[tenant]?.length ?? 0) === 0 && !holdsOn.includes(tenant);
}
