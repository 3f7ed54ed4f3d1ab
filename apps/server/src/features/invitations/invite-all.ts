import type { LogtoInvitation } from '@latchkey/directory-sync';
import { z } from 'zod';
import type { CreateInput } from './invitation-inputs.ts';
import { foldEmail } from './invitation-views.ts';
import { invite, type InviteDeps, type InviteRefusal, type MailOutcome } from './invite.ts';

/** The outcome of one address. */
export type InviteOutcome =
  | {
      readonly email: string;
      readonly outcome: 'invited';
      readonly invitation: LogtoInvitation;
      readonly mail: MailOutcome;
    }
  | { readonly email: string; readonly outcome: 'refused'; readonly code: InviteRefusal };

export interface InviteAllDeps extends InviteDeps {
  /** Takes up to `wanted` attempts from the limit. Returns how many it got. */
  readonly take: (wanted: number) => Promise<number>;
  readonly organizationId: string;
  /** A Logto id; `null` for a machine. */
  readonly inviterId: string | null;
  readonly now: () => Date;
  /** Creates one invitation and records it. */
  readonly recording: (make: () => ReturnType<typeof invite>) => ReturnType<typeof invite>;
}

const day = 86_400_000;

/** Addresses that are invited concurrently. */
const concurrency = 4;

const Email = z.email();

/**
 * Invites each address individually, so that a failure does not affect the others. Returns outcomes in the order of the
 * addresses.
 */
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
  const taken = await deps.take(valid.size);
  for (const [email, index] of [...valid].slice(taken)) {
    outcomes.set(index, { email, outcome: 'refused', code: 'INVITATION_LIMIT' });
  }
  const waiting = [...valid].slice(0, taken).values();
  const work = async (): Promise<void> => {
    for (const [email, index] of waiting) {
      const result = await deps.recording(() => invite({ ...shared, invitee: email }, deps)); // oxlint-disable-line no-await-in-loop -- each worker invites sequentially
      outcomes.set(
        index,
        typeof result === 'string'
          ? { email, outcome: 'refused', code: result }
          : { email, outcome: 'invited', ...result },
      );
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  return emails.flatMap((_, index) => outcomes.get(index) ?? []);
}
