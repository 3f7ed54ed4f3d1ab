import type { Policy } from '../policy.ts';
import type { Facts } from './facts.ts';

/**
 * Whoever holds nothing in a tenant, no role in it and none on its instances, may do nothing there. Roles keep to their
 * tenant by themselves; conditions do not: Permit asks them of everybody, and one that means "staff with clearance"
 * means the staff of every tenant unless it tests `user.roles` or `user.tenants` too. Tried on random facts; needs
 * `fast-check`.
 *
 * Rejects with the smallest facts found on which a stranger may do something, and by which rule.
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
