import { LogtoApiError, type LogtoInvitation, type LogtoInvitations } from '@latchkey/directory-sync';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { ChangeRecord } from '../audit/record.ts';
import { inBatches } from '../../platform/in-batches.ts';
import type { CreateInput } from './invitation-inputs.ts';
import { foldEmail, iso } from './invitation-views.ts';

/** `no-connector`: Logto has no email connector. `no-address`: the server does not know the console's URL. */
export type MailOutcome = 'sent' | 'no-connector' | 'failed' | 'no-address';

export type InviteRefusal =
  | 'EMAIL_MALFORMED'
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

/** Creates an invitation and has Logto send it: two calls, because the link contains the id that Logto assigns. */
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
  // The server checks the role and computes the rest, so Logto refuses these values only for an existing member.
  if (status === 422 && refusal === 'request.invalid_input') return 'ALREADY_MEMBER';
  if (status === 400 && refusal === 'guard.invalid_input') return 'EMAIL_MALFORMED';
  log.warn({ status, refusal }, 'Logto did not create an invitation');
  return 'DIRECTORY_UNAVAILABLE';
}

export function invitationNamed(key: string) {
  return { resource: 'invitations', key };
}

/** Omits the address. Returns `undefined` if there is nothing to record. */
export function describeInvited(
  result: Awaited<ReturnType<typeof invite>>,
): Partial<ChangeRecord> | undefined {
  if (typeof result === 'string')
    return result === 'DIRECTORY_UNAVAILABLE' ? { outcome: 'failed', reason: result } : undefined;
  const { id, organizationRoles, expiresAt } = result.invitation;
  const roles = (organizationRoles ?? []).map(({ name }) => name);
  return { on: invitationNamed(id), after: { roles, expiresAt: iso(expiresAt), mail: result.mail } };
}

export type InviteOutcome =
  | {
      readonly email: string;
      readonly outcome: 'invited';
      readonly invitation: LogtoInvitation;
      readonly mail: MailOutcome;
    }
  | { readonly email: string; readonly outcome: 'refused'; readonly code: InviteRefusal };

export interface InviteAllDeps extends InviteDeps {
  readonly consume: (wanted: number) => Promise<number>;
  readonly organizationId: string;
  /** The Logto id of the inviter; `null` for a machine. */
  readonly inviterId: string | null;
  readonly now: () => Date;
  /** Runs `make`, which creates one invitation, and records the result. */
  readonly recording: (make: () => ReturnType<typeof invite>) => ReturnType<typeof invite>;
}

const day = 86_400_000;

const Email = z.email();

/** Invites each address separately, so that a failure does not affect the others. Preserves the order. */
export async function inviteAll(
  { emails, roleId, days }: CreateInput,
  deps: InviteAllDeps,
): Promise<InviteOutcome[]> {
  const shared = {
    inviterId: deps.inviterId,
    organizationId: deps.organizationId,
    organizationRoleIds: roleId === null ? [] : [roleId],
    expiresAt: deps.now().getTime() + days * day,
  };
  const outcomes = new Map<number, InviteOutcome>();
  const valid = new Map<string, number>();
  for (const [index, given] of emails.entries()) {
    const email = foldEmail(given.trim());
    const refuse = (code: InviteRefusal) => outcomes.set(index, { email, outcome: 'refused', code });
    if (!Email.safeParse(email).success) refuse('EMAIL_MALFORMED');
    else if (valid.has(email)) refuse('EMAIL_REPEATED');
    else valid.set(email, index);
  }
  const consumed = await deps.consume(valid.size);
  for (const [email, index] of [...valid].slice(consumed)) {
    outcomes.set(index, { email, outcome: 'refused', code: 'INVITATION_LIMIT' });
  }
  await inBatches([...valid].slice(0, consumed), async ([email, index]) => {
    const result = await deps.recording(() => invite({ ...shared, invitee: email }, deps));
    outcomes.set(
      index,
      typeof result === 'string'
        ? { email, outcome: 'refused', code: result }
        : { email, outcome: 'invited', ...result },
    );
  });
  return emails.flatMap((_, index) => outcomes.get(index) ?? []);
}
