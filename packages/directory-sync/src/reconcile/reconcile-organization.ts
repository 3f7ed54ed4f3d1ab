import { applyOne } from '../apply/apply-one.ts';
import { logtoIdOf, tenantKey, userKey } from '../mapping/permit-key.ts';
import type { Operation } from '../plan/operation.ts';
import { planGoneOrganization, planOrganization } from '../plan/plan-organization.ts';
import { mappedGrants } from '../plan/plan-user.ts';
import { retryOnNotFound } from './retry-on-not-found.ts';
import type { ReconcileDeps } from './plan-for-user.ts';

export interface OrganizationOutcome {
  readonly status: 'active' | 'gone';
  readonly operations: readonly Operation[];
  /** Logto's ids of those whose roles in the tenant are not what Logto says: each wants to be reconciled. */
  readonly mismatchedUserIds: readonly string[];
}

/**
 * Makes one tenant in Permit what its organization is in Logto now, and finds the members who are not. A tenant whose
 * organization is gone goes with every role in it.
 * @throws {LogtoApiError | PermitApiError}
 */
export function reconcileOrganization(id: string, deps: ReconcileDeps): Promise<OrganizationOutcome> {
  return retryOnNotFound(() => lookAtOrganization(id, deps));
}

async function lookAtOrganization(
  id: string,
  { logto, permit, mapping }: ReconcileDeps,
): Promise<OrganizationOutcome> {
  const [organization, tenant] = await Promise.all([
    logto.organization(id),
    permit.reads.tenant(tenantKey(id)),
  ]);
  const operations =
    organization === undefined ? planGoneOrganization(tenant) : planOrganization(organization, tenant);
  for (const step of operations) await applyOne(step, permit.writes); // oxlint-disable-line no-await-in-loop -- one at most
  if (organization === undefined) return { status: 'gone', operations, mismatchedUserIds: [] };
  return {
    status: 'active',
    operations,
    mismatchedUserIds: await findMismatchedUsers(id, { logto, permit, mapping }),
  };
}

async function findMismatchedUsers(id: string, { logto, permit, mapping }: ReconcileDeps): Promise<string[]> {
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
