import {
  defaultTenant,
  logtoIdOf,
  tenantKey,
  userKey,
  type LogtoInvitation,
  type LogtoInvitations,
  type LogtoManagement,
} from '@latchkey/directory-sync';
import type { Logger } from 'pino';
import { AppError } from '../../platform/app-error.ts';
import type { Identity } from '../../authentication/identity.ts';
import type { FindPeople } from '../../directory/people.ts';
import type { Topic } from '../../platform/bus/topic.ts';
import { permitted, permittedInPerson, router, signedIn } from '../../platform/trpc/trpc.ts';
import { messagesOf, type Subscriptions } from '../../directory/subscriptions.ts';
import { originOf, type Audit } from '../audit/record.ts';
import { attemptLimits, type AttemptBudget } from './attempt-budget.ts';
import {
  type InvitationChange,
  invitationView,
  iso,
  memberRole,
  roleView,
  statusOf,
  peopleIn,
} from './invitation-views.ts';
import { CreateInput, InvitationRef, ListInput, maxEmails, pageOf, lifetimes } from './invitation-inputs.ts';
import { describeInvited, invitationNamed, inviteAll, sendInvitation } from './invite.ts';
import { acceptReceived, closed, findReceived } from './received-invitation.ts';

interface InvitationsInLogto {
  readonly invitations: LogtoInvitations;
  readonly logto: Pick<LogtoManagement, 'user' | 'organization'>;
}

export interface InvitationsRouterDeps {
  /** Absent in payload mode, in which the server cannot query Logto. */
  readonly inLogto: InvitationsInLogto | undefined;
  readonly findPeople: FindPeople;
  readonly budget: AttemptBudget;
  readonly changes: Pick<Topic<InvitationChange>, 'publish' | 'subscribe'>;
  /** Returns the acceptance link of an invitation; `null` if the console's URL is not configured. */
  readonly linkOf: (id: string) => string | null;
  /** Queues a user (Logto id) for reconciliation with priority. */
  readonly reconcileUser: (id: string) => Promise<void>;
  /** Waits briefly until Permit knows the user as a member of the tenant. Resolves to whether it does. */
  readonly waitForMember: (subject: string, tenant: string) => Promise<boolean>;
  readonly audit: Audit;
  readonly now: () => Date;
  readonly log: Logger;
  readonly subscriptions: Subscriptions;
}

/** Invitations to the organization of the caller's token. Logto stores them, and users accept them in the console. */
export function createInvitationsRouter(deps: InvitationsRouterDeps) {
  const requireLogto = (): InvitationsInLogto => {
    if (deps.inLogto !== undefined) return deps.inLogto;
    throw new AppError(
      'INVITATIONS_NOT_CONFIGURED',
      'Without LOGTO_M2M_APP_ID the server cannot send invitations through Logto.',
    );
  };
  const viewsOf = async (invitations: readonly LogtoInvitation[]) => {
    const names = await deps.findPeople(invitations.flatMap(peopleIn));
    return (invitation: LogtoInvitation) => invitationView(invitation, { names, linkOf: deps.linkOf });
  };
  /** @throws {AppError} `INVITATION_NOT_FOUND`, also for an invitation of another organization */
  const find = async (id: string, identity: Identity): Promise<LogtoInvitation> => {
    const organization = organizationOf(identity);
    const invitation = await requireLogto().invitations.find(id);
    if (invitation?.organizationId !== organization)
      throw new AppError('INVITATION_NOT_FOUND', 'There is no such invitation here.');
    return invitation;
  };

  return router({
    /**
     * Returns the options of the invitation form.
     *
     * - `availability`: `ready`; `no-organization`: Logto has invitations only for organizations; `not-configured`: the
     *   server has no access to Logto's Management API.
     * - `canSendMail`: whether Logto has an email connector and the server knows the console's URL.
     */
    options: permitted('members:invite').query(async ({ ctx: { identity, permissions } }) => {
      if (deps.inLogto === undefined) return { availability: 'not-configured' } as const;
      if (identity.tenant === defaultTenant) return { availability: 'no-organization' } as const;
      const { invitations } = deps.inLogto;
      const [roles, hasConnector, assign] = await Promise.all([
        invitations.roles(),
        invitations.hasEmailConnector(),
        permissions.check('members:assign'),
      ]);
      return {
        availability: 'ready',
        memberRole,
        /** Empty if the caller cannot assign roles. */
        roles: assign.outcome === 'allow' ? roles.map(roleView) : [],
        canSendMail: hasConnector && deps.linkOf('') !== null,
        maxEmails,
        lifetimes,
      } as const;
    }),

    /** Lists the organization's invitations, newest first, with the number of all by status in `counts`. */
    list: permitted('members:invite')
      .input(ListInput)
      .query(async ({ ctx: { identity }, input }) => {
        const all = await requireLogto().invitations.list(organizationOf(identity));
        const counts = { pending: 0, accepted: 0, expired: 0, revoked: 0 };
        for (const invitation of all) counts[statusOf(invitation)] += 1;
        const { page, nextCursor } = pageOf(all, input);
        const show = await viewsOf(page);
        return { items: page.map(show), counts, nextCursor };
      }),

    /**
     * Invites up to 20 addresses: `{ emails, roleId?, days? }`. Returns the outcome of each in order: `invited`, with
     * the outcome of the email in `mail`, or `refused` with a `code`. Inviting with a role requires `members:assign`.
     * @throws `ORGANIZATION_REQUIRED`, `INVITATIONS_NOT_CONFIGURED`, `INPUT_INVALID` if Logto does not have the role
     */
    create: permittedInPerson('members:invite')
      .input(CreateInput)
      .mutation(async ({ ctx, input }) => {
        const { identity, permissions } = ctx;
        const organizationId = organizationOf(identity);
        const { invitations } = requireLogto();
        if (input.roleId !== null) {
          await permissions.require('members:assign');
          const roles = await invitations.roles();
          if (!roles.some(({ id }) => id === input.roleId))
            throw new AppError('INPUT_INVALID', 'Logto has no such organization role.');
        }
        const outcomes = await inviteAll(input, {
          ...deps,
          invitations,
          consume: (wanted) => deps.budget.consume(identity.tenant, wanted),
          recording: (make) =>
            deps.audit.changing({ ...originOf(ctx), action: 'invitation.create' }, make, describeInvited),
          organizationId,
          inviterId: identity.isMachine === true ? null : logtoIdOf(identity.subject),
        });
        deps.changes.publish({ tenant: identity.tenant });
        const invited = outcomes.flatMap((one) => (one.outcome === 'invited' ? [one.invitation] : []));
        const show = await viewsOf(invited);
        return outcomes.map((one) =>
          one.outcome === 'invited' ? { ...one, invitation: show(one.invitation) } : one,
        );
      }),

    /**
     * Resends a pending invitation. Returns `{ mail }`, the outcome of the email.
     * @throws `INVITATION_NOT_FOUND`, `INVITATION_CLOSED`, `INVITATION_LIMIT`
     */
    resend: permitted('members:invite')
      .input(InvitationRef)
      .mutation(async ({ ctx, input: { id } }) => {
        const { identity } = ctx;
        const invitation = await find(id, identity);
        if (invitation.status !== 'Pending') throw closed(invitation);
        if (!(await deps.budget.consumeForResend(identity.tenant, id))) {
          throw new AppError(
            'INVITATION_LIMIT',
            `An invitation is sent once in ${attemptLimits.pause / 1_000} seconds, and an organization sends ${attemptLimits.perHour} in an hour.`,
          );
        }
        const mail = await deps.audit.changing(
          { ...originOf(ctx), action: 'invitation.resend', on: invitationNamed(id) },
          () => sendInvitation(id, { ...deps, ...requireLogto() }),
          (sent) => (sent === 'sent' ? {} : { outcome: 'failed', reason: sent }),
        );
        return { mail };
      }),

    /** Revokes a pending invitation. Returns `{ id }`. @throws `INVITATION_NOT_FOUND`, `INVITATION_CLOSED` */
    revoke: permitted('members:invite')
      .input(InvitationRef)
      .mutation(async ({ ctx, input: { id } }) => {
        const { identity } = ctx;
        const invitation = await find(id, identity);
        if (invitation.status !== 'Pending') throw closed(invitation);
        const { invitations } = requireLogto();
        const [before, after] = [{ status: 'pending' }, { status: 'revoked' }];
        await deps.audit.changing(
          { ...originOf(ctx), action: 'invitation.revoke', on: invitationNamed(id), before, after },
          () =>
            invitations.revoke(id).catch(async (error: unknown) => {
              // The invitation may have been closed in the meantime.
              const now = await find(id, identity);
              throw now.status === 'Pending' ? error : closed(now);
            }),
        );
        deps.changes.publish({ tenant: identity.tenant });
        return { id };
      }),

    /** Emits immediately and whenever an invitation of the organization changes, so that pages fetch them again. */
    changes: permitted('members:invite').subscription(({ ctx: { identity, permissions }, signal }) =>
      deps.subscriptions.changes({
        identity,
        signal,
        subscribe: messagesOf(deps.changes, ({ tenant }) => tenant === identity.tenant),
        recheck: () => permissions.require('members:invite'),
      }),
    ),

    /**
     * Returns an invitation to the invited user, who does not have to be a member of any organization.
     * @throws `INVITATION_NOT_FOUND`, `INVITATION_FOR_ANOTHER` (`details`: `invitee`, the masked address, and
     *   `hasEmail`, whether the caller has an address)
     */
    received: signedIn
      .meta({ isPrivate: true })
      .input(InvitationRef)
      .query(async ({ ctx: { identity }, input: { id } }) => {
        const { logto, invitations } = requireLogto();
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
        () => acceptReceived(id, identity, requireLogto()),
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
  });
}

/** The Logto id of the caller's organization. @throws {AppError} `ORGANIZATION_REQUIRED` */
function organizationOf({ tenant }: Identity): string {
  if (tenant !== defaultTenant) return logtoIdOf(tenant);
  throw new AppError(
    'ORGANIZATION_REQUIRED',
    'Logto has invitations only for organizations: send a token of one.',
  );
}
