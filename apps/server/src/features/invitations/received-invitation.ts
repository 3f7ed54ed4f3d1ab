import {
  LogtoApiError,
  logtoIdOf,
  type LogtoInvitation,
  type LogtoInvitations,
  type LogtoManagement,
} from '@latchkey/directory-sync';
import { AppError } from '../../platform/app-error.ts';
import type { Identity } from '../../authentication/identity.ts';
import { statusOf, foldEmail, maskEmail } from './invitation-views.ts';

export interface ReceivedDeps {
  readonly invitations: Pick<LogtoInvitations, 'find' | 'accept'>;
  readonly logto: Pick<LogtoManagement, 'user'>;
}

/**
 * Returns the invitation if the caller is the invited user. Other users cannot see it, whatever its status.
 * @throws {AppError} `INVITATION_NOT_FOUND`, `INVITATION_FOR_ANOTHER`
 * @throws {LogtoApiError}
 */
export async function findReceived(
  id: string,
  { subject, isMachine = false }: Identity,
  { invitations, logto }: ReceivedDeps,
): Promise<LogtoInvitation> {
  const [invitation, user] = await Promise.all([
    invitations.find(id),
    isMachine ? undefined : logto.user(logtoIdOf(subject)),
  ]);
  if (invitation === undefined) throw new AppError('INVITATION_NOT_FOUND', 'There is no such invitation.');
  // Logto verifies a user's primary address.
  const email = user?.primaryEmail ?? null;
  if (email === null || foldEmail(email) !== foldEmail(invitation.invitee)) {
    throw new AppError('INVITATION_FOR_ANOTHER', 'The invitation is for another address.', {
      details: { invitee: maskEmail(invitation.invitee), hasEmail: email !== null },
    });
  }
  return invitation;
}

/**
 * Makes the caller a member in Logto. Does nothing if they have already accepted, so a failed call can be repeated.
 * @throws as `findReceived`; {AppError} `INVITATION_CLOSED`
 */
export async function acceptReceived(
  id: string,
  identity: Identity,
  deps: ReceivedDeps,
): Promise<LogtoInvitation> {
  const userId = logtoIdOf(identity.subject);
  const isDone = ({ status, acceptedUserId }: LogtoInvitation): boolean =>
    status === 'Accepted' && acceptedUserId === userId;
  const invitation = await findReceived(id, identity, deps);
  if (isDone(invitation)) return invitation;
  if (invitation.status !== 'Pending') throw closed(invitation);
  try {
    await deps.invitations.accept(id, userId);
    return invitation;
  } catch (error) {
    if (!(error instanceof LogtoApiError) || error.status !== 422) throw error;
    // The invitation was revoked or accepted, or has expired, since it was read.
    const now = await findReceived(id, identity, deps);
    if (isDone(now)) return now;
    if (now.status !== 'Pending') throw closed(now);
    throw error;
  }
}

export function closed(invitation: LogtoInvitation): AppError {
  const status = statusOf(invitation);
  return new AppError('INVITATION_CLOSED', `The invitation is ${status}.`, { details: { status } });
}
