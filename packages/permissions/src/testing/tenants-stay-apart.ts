import type { Policy } from '../policy.ts';
import type { Facts } from '../facts/facts.ts';

/**
 * Checks that a user without any role in a tenant, and without any role on its instances, has no permission there. Each
 * instance is asked about in its own tenant: a role on an instance counts whichever tenant a check names, so code that
 * loads an instance compares its tenant, and no policy can do that for it. Tenant roles apply to one tenant only.
 * Conditions do not: Permit evaluates them for every tenant, so "staff with clearance" means the
 * staff of all tenants unless the condition also tests `user.roles` or `tenant.*`. Tests random facts; needs `fast-check`.
 * @throws {Error} with the smallest facts found on which such a user has a permission, and the rule that grants it.
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
