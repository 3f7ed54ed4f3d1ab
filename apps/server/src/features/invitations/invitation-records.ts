import type { ChangeRecord } from '../audit/record.ts';
import { iso } from './invitation-views.ts';
import type { InviteOutcome } from './invite-all.ts';

export function invitationNamed(key: string) {
  return { resource: 'invitations', key };
}

type InvitedRecord = Pick<ChangeRecord, 'action' | 'on' | 'after' | 'outcome' | 'reason'>;

/** What came of a list of addresses, for the audit log and without the addresses. What was never tried is no change. */
export function invitedRecords(outcomes: readonly InviteOutcome[]): InvitedRecord[] {
  const action = 'invitation.create';
  return outcomes.flatMap((one): InvitedRecord[] => {
    if (one.outcome === 'refused')
      return one.code === 'DIRECTORY_UNAVAILABLE' ? [{ action, outcome: 'failed', reason: one.code }] : [];
    const { id, organizationRoles, expiresAt } = one.invitation;
    const roles = (organizationRoles ?? []).map(({ name }) => name);
    return [{ action, on: invitationNamed(id), after: { roles, expiresAt: iso(expiresAt), mail: one.mail } }];
  });
}
