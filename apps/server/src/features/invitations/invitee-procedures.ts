import {
  logtoIdOf,
  tenantKey,
  userKey,
  type LogtoInvitations,
  type LogtoManagement,
} from '@latchkey/directory-sync';
import { AppError } from '../../platform/app-error.ts';
import type { FindPeople } from '../../directory/people.ts';
import type { Topic } from '../../platform/bus/topic.ts';
import { signedIn } from '../../platform/trpc/trpc.ts';
import { originOf, type Audit } from '../audit/record.ts';
import { type InvitationChange, iso, memberRole, roleView, statusOf } from './invitation-views.ts';
import { InvitationRef } from './invitation-inputs.ts';
import { invitationNamed } from './invite.ts';
import { acceptReceived, findReceived } from './received-invitation.ts';

interface InvitationsInLogto {
  readonly invitations: LogtoInvitations;
  readonly logto: Pick<LogtoManagement, 'user' | 'organization'>;
}

export interface InviteeDeps {
  /** Absent in payload mode, in which the server cannot query Logto. */
  readonly inLogto: InvitationsInLogto | undefined;
  readonly findPeople: FindPeople;
  readonly changes: Pick<Topic<InvitationChange>, 'publish' | 'subscribe'>;
  /** Queues a user (Logto id) for reconciliation with priority. */
  readonly reconcileUser: (id: string) => Promise<void>;
  /** Waits briefly until Permit knows the user as a member of the tenant. Resolves to whether it does. */
  readonly waitForMember: (subject: string, tenant: string) => Promise<boolean>;
  readonly audit: Audit;
}

/** @throws {AppError} `INVITATIONS_NOT_CONFIGURED` */
export function requireLogto({ inLogto }: Pick<InviteeDeps, 'inLogto'>): InvitationsInLogto {
  if (inLogto !== undefined) return inLogto;
  throw new AppError(
    'INVITATIONS_NOT_CONFIGURED',
    'Without LOGTO_M2M_APP_ID the server cannot send invitations through Logto.',
  );
}

/** The procedures of the invited user, who does not have to be a member of any organization. */
export function createInviteeProcedures(deps: InviteeDeps) {
  return {
    /**
     * Returns an invitation to the invited user, who does not have to be a member of any organization.
     * @throws `INVITATION_NOT_FOUND`, `INVITATION_FOR_ANOTHER` (`details`: `invitee`, the masked address, and
     *   `hasEmail`, whether the caller has an address)
     */
    received: signedIn
      .meta({ isPrivate: true })
      .input(InvitationRef)
      .query(async ({ ctx: { identity }, input: { id } }) => {
        const { logto, invitations } = requireLogto(deps);
        const invitation = await findReceived(id, identity, { invitations, logto });
        const { organizationId, inviterId, expiresAt, organizationRoles } = invitation;
        const [organization, names] = await Promise.all([
          logto.organization(organizationId),
          deps.findPeople(inviterId == null ? [] : [userKey(inviterId)]),
        ]);
        return {
          id,
          status: statusOf(invitation),
          organization: { id: organizationId, name: organization?.name ?? null },
          memberRole,
          roles: (organizationRoles ?? []).map(roleView),
          invitedBy: inviterId == null ? null : (names.get(userKey(inviterId))?.name ?? null),
          expiresAt: iso(expiresAt),
        };
      }),

    /**
     * Makes the caller a member of the organization and triggers sync. Returns `{ organization: { id }, isKnown }`;
     * `isKnown` is `false` if Permit does not know the membership yet. Idempotent.
     * @throws as `received`; `INVITATION_CLOSED` (`details`: `status`); `FORBIDDEN` if the caller acts for another user
     */
    accept: signedIn.input(InvitationRef).mutation(async ({ ctx, input: { id } }) => {
      const { identity } = ctx;
      const { subject } = identity;
      if (identity.actors !== undefined)
        throw new AppError('FORBIDDEN', 'An invitation gives roles, so it is accepted in person.');
      const [before, after] = [{ status: 'pending' }, { status: 'accepted' }];
      const { organizationId } = await deps.audit.changing(
        { ...originOf(ctx), action: 'invitation.accept', subject, on: invitationNamed(id), before, after },
        () => acceptReceived(id, identity, requireLogto(deps)),
        // Accepting an invitation again changes nothing, and is not recorded.
        (found) => (found.status === 'Pending' ? { tenant: tenantKey(found.organizationId) } : undefined),
      );
      await deps.reconcileUser(logtoIdOf(identity.subject));
      const tenant = tenantKey(organizationId);
      deps.changes.publish({ tenant });
      return {
        organization: { id: organizationId },
        isKnown: await deps.waitForMember(identity.subject, tenant),
      };
    }),
  };
}
