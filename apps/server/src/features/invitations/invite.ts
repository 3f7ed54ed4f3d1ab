import { LogtoApiError, type LogtoInvitation, type LogtoInvitations } from '@latchkey/directory-sync';
import type { Logger } from 'pino';
import type { ChangeRecord } from '../audit/record.ts';
import { iso } from './invitation-views.ts';

/**
 * The outcome of the email: `sent` by Logto; `no-connector`: Logto has no email connector; `failed`: its connector
 * refused; `no-address`: the server does not know the console's URL, `CONSOLE_URL`. The link can be copied in any case.
 */
export type MailOutcome = 'sent' | 'no-connector' | 'failed' | 'no-address';

/** Why an address was not invited. */
export type InviteRefusal =
  | 'EMAIL_MALFORMED'
  /** The list contains it twice. */
  | 'EMAIL_REPEATED'
  | 'ALREADY_INVITED'
  | 'ALREADY_MEMBER'
  | 'INVITATION_LIMIT'
  | 'DIRECTORY_UNAVAILABLE';

export interface InviteDeps {
  readonly invitations: Pick<LogtoInvitations, 'create' | 'send'>;
  readonly linkOf: (id: string) => string | null;
  readonly log: Logger;
}

export type NewInvitation = Parameters<LogtoInvitations['create']>[0];

/**
 * Creates an invitation in Logto and lets Logto send it: in two calls, because the link contains the id that Logto
 * assigns.
 */
export async function invite(
  invitation: NewInvitation,
  deps: InviteDeps,
): Promise<{ readonly invitation: LogtoInvitation; readonly mail: MailOutcome } | InviteRefusal> {
  let created: LogtoInvitation;
  try {
    created = await deps.invitations.create(invitation);
  } catch (error) {
    if (error instanceof LogtoApiError) return refusalOf(error, deps.log);
    throw error;
  }
  return { invitation: created, mail: await sendInvitation(created.id, deps) };
}

export async function sendInvitation(
  id: string,
  { invitations, linkOf, log }: InviteDeps,
): Promise<MailOutcome> {
  const link = linkOf(id);
  if (link === null) return 'no-address';
  try {
    await invitations.send(id, link);
    return 'sent';
  } catch (error) {
    if (!(error instanceof LogtoApiError)) throw error;
    if (error.refusal === 'connector.not_found') return 'no-connector';
    const { status, refusal } = error;
    log.warn({ invitation: id, status, refusal }, 'Logto could not send an invitation');
    return 'failed';
  }
}

function refusalOf(error: LogtoApiError, log: Logger): InviteRefusal {
  const { status, refusal } = error;
  if (refusal === 'entity.unique_integrity_violation') return 'ALREADY_INVITED';
  // The server sets the organization, the roles and the expiry, so only an existing member can cause this refusal.
  if (status === 422 && refusal === 'request.invalid_input') return 'ALREADY_MEMBER';
  if (status === 400 && refusal === 'guard.invalid_input') return 'EMAIL_MALFORMED';
  log.warn({ status, refusal }, 'Logto did not create an invitation');
  return 'DIRECTORY_UNAVAILABLE';
}

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
