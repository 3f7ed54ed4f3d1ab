import { applyOne } from '../apply/apply-one.ts';
import { logtoIdOf, tenantKey, userKey } from '../mapping/permit-key.ts';
import type { Operation } from '../plan/operation.ts';
import { planGoneOrganization, planOrganization } from '../plan/plan.ts';
import { mappedGrants } from '../plan/plan-user.ts';
import { retryOnNotFound } from './retry-on-not-found.ts';
import type { ReconcileDeps } from './plan-for-user.ts';

export interface OrganizationOutcome {
  readonly status: 'active' | 'gone';
  readonly operations: readonly Operation[];
  /** The Logto ids of users whose roles in the tenant differ from Logto. The caller reconciles them. */
  readonly mismatchedUserIds: readonly string[];
}

/**
 * Reconciles one organization's tenant, by Logto id, and finds the users whose roles there differ, without changing
 * them. Deletes the tenant with all roles in it if the organization is gone.
 * @throws {LogtoApiError | PermitApiError}
 */
export function reconcileOrganization(id: string, deps: ReconcileDeps): Promise<OrganizationOutcome> {
  return retryOnNotFound(() => reconcileOrganizationOnce(id, deps));
}

async function reconcileOrganizationOnce(
  id: string,
  { logto, permit, mapping, onApplied }: ReconcileDeps,
): Promise<OrganizationOutcome> {
  const [organization, tenant] = await Promise.all([
    logto.organization(id),
    permit.reads.tenant(tenantKey(id)),
  ]);
  const operations =
    organization === undefined ? planGoneOrganization(tenant) : planOrganization(organization, tenant);
  for (const step of operations) await applyOne(step, permit.writes, onApplied); // oxlint-disable-line no-await-in-loop -- at most one
  if (organization === undefined) return { status: 'gone', operations, mismatchedUserIds: [] };
  return {
    status: 'active',
    operations,
    mismatchedUserIds: await findMismatchedUsers(id, { logto, permit, mapping }),
  };
}

/**
 * The Logto ids of the users whose roles in an organization's tenant differ from Logto. Writes nothing.
 * @throws {LogtoApiError | PermitApiError}
 */
export async function findMismatchedUsers(
  id: string,
  { logto, permit, mapping }: Pick<ReconcileDeps, 'logto' | 'permit' | 'mapping'>,
): Promise<string[]> {
  const tenant = tenantKey(id);
  const held = new Map<string, string>();
  for await (const page of permit.reads.usersIn(tenant)) {
    for (const { key, grants } of page) {
      const owned = grants.filter(
        (grant) =>
          grant.tenant === tenant &&
          grant.instance === undefined &&
          mapping.ownedInOrganization.has(grant.role),
      );
      held.set(key, fingerprint(owned));
    }
  }
  const mismatchedUserIds: string[] = [];
  for await (const page of logto.members(id)) {
    for (const { id: user, roles } of page) {
      const memberships = [{ organization: id, roles }];
      const wanted = mappedGrants({ user: { id: user }, roles: undefined, memberships }, mapping);
      if (held.get(userKey(user)) !== fingerprint(wanted)) mismatchedUserIds.push(user);
      held.delete(userKey(user));
    }
  }
  for (const [key, roles] of held) if (roles !== '') mismatchedUserIds.push(logtoIdOf(key));
  return mismatchedUserIds;
}

function fingerprint(grants: readonly { readonly role: string }[]): string {
  return grants
    .map(({ role }) => role)
    .toSorted()
    .join();
}
