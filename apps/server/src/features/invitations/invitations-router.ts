import { defaultTenant, logtoIdOf, type LogtoInvitation } from '@latchkey/directory-sync';
import type { Logger } from 'pino';
import { AppError } from '../../platform/app-error.ts';
import type { Identity } from '../../authentication/identity.ts';
import { permitted, permittedInPerson, router } from '../../platform/trpc/trpc.ts';
import { messagesOf } from '../../directory/subscriptions.ts';
import { originOf } from '../audit/record.ts';
import { attemptLimits, type AttemptBudget } from './attempt-budget.ts';
import { invitationView, memberRole, roleView, statusOf, peopleIn } from './invitation-views.ts';
import { CreateInput, InvitationRef, ListInput, maxEmails, pageOf, lifetimes } from './invitation-inputs.ts';
import { describeInvited, invitationNamed, inviteAll, sendInvitation } from './invite.ts';
import { createInviteeProcedures, requireLogto, type InviteeDeps } from './invitee-procedures.ts';
import { closed } from './received-invitation.ts';

export interface InvitationsRouterDeps extends InviteeDeps {
  readonly budget: AttemptBudget;
  /** Returns the acceptance link of an invitation; `null` if the console's URL is not configured. */
  readonly linkOf: (id: string) => string | null;
  readonly now: () => Date;
  readonly log: Logger;
}

/** Invitations to the organization of the caller's token. Logto stores them, and users accept them in the console. */
export function createInvitationsRouter(deps: InvitationsRouterDeps) {
  return router({
    ...createReadProcedures(deps),
    ...createWriteProcedures(deps),
    ...createInviteeProcedures(deps),
  });
}

function createReadProcedures(deps: InvitationsRouterDeps) {
  const viewsOf = createViewsOf(deps);
  return {
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
        const all = await requireLogto(deps).invitations.list(organizationOf(identity));
        const counts = { pending: 0, accepted: 0, expired: 0, revoked: 0 };
        for (const invitation of all) counts[statusOf(invitation)] += 1;
        const { page, nextCursor } = pageOf(all, input);
        const show = await viewsOf(page);
        return { items: page.map(show), counts, nextCursor };
      }),

    /** Emits immediately and whenever an invitation of the organization changes, so that pages fetch them again. */
    changes: permitted('members:invite').subscription(
      ({ ctx: { identity, permissions, subscriptions }, signal }) =>
        subscriptions.changes({
          identity,
          signal,
          subscribe: messagesOf(deps.changes, ({ tenant }) => tenant === identity.tenant),
          recheck: () => permissions.require('members:invite'),
        }),
    ),
  };
}

function createWriteProcedures(deps: InvitationsRouterDeps) {
  const viewsOf = createViewsOf(deps);
  /** @throws {AppError} `INVITATION_NOT_FOUND`, also for an invitation of another organization */
  const find = async (id: string, identity: Identity): Promise<LogtoInvitation> => {
    const organization = organizationOf(identity);
    const invitation = await requireLogto(deps).invitations.find(id);
    if (invitation?.organizationId !== organization)
      throw new AppError('INVITATION_NOT_FOUND', 'There is no such invitation here.');
    return invitation;
  };

  return {
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
        const { invitations } = requireLogto(deps);
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
          () => sendInvitation(id, { ...deps, ...requireLogto(deps) }),
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
        const { invitations } = requireLogto(deps);
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
  };
}

function createViewsOf({ findPeople, linkOf }: InvitationsRouterDeps) {
  return async (invitations: readonly LogtoInvitation[]) => {
    const names = await findPeople(invitations.flatMap(peopleIn));
    return (invitation: LogtoInvitation) => invitationView(invitation, { names, linkOf });
  };
}

/** The Logto id of the caller's organization. @throws {AppError} `ORGANIZATION_REQUIRED` */
function organizationOf({ tenant }: Identity): string {
  if (tenant !== defaultTenant) return logtoIdOf(tenant);
  throw new AppError(
    'ORGANIZATION_REQUIRED',
    'Logto has invitations only for organizations: send a token of one.',
  );
}
