import type { ChangeRecord } from '../audit/record.ts';
import { iso } from './invitation-views.ts';
import type { invite } from './invite.ts';

export function invitationNamed(key: string) {
  return { resource: 'invitations', key };
}

/**
 * Describes the outcome of inviting one address for the audit log, without the address. `undefined`: nothing changed.
 */
export function describeInvited(
  result: Awaited<ReturnType<typeof invite>>,
): Partial<ChangeRecord> | undefined {
  if (typeof result === 'string')
    return result === 'DIRECTORY_UNAVAILABLE' ? { outcome: 'failed', reason: result } : undefined;
  const { id, organizationRoles, expiresAt } = result.invitation;
  const roles = (organizationRoles ?? []).map(({ name }) => name);
  return { on: invitationNamed(id), after: { roles, expiresAt: iso(expiresAt), mail: result.mail } };
}
