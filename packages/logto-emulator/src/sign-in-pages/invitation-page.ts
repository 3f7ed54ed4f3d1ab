import { html } from '@latchkey/emulator-kit';
import type { Context } from 'koa';
import { z } from 'zod';
import { pick } from '../directory/granted-scopes.ts';
import type { Invitation } from '../directory/records.ts';
import type { Logto } from '../logto.ts';
import { acceptInvitation, currentStatus } from '../management/invitations.ts';
import { membershipUpdated } from '../management/membership.ts';
import { userProfile } from '../management/users.ts';
import type { RaisedEvent } from '../webhooks/events.ts';
import { callerOf, managementEvent, type RequestMeta } from '../webhooks/payloads.ts';
import { createUser } from './complete-sign-in.ts';
import { findByIdentifier, passwordError, shortestPassword } from './credentials.ts';
import { newPasswordField } from './form.ts';
import { type ErrorName, textOf } from './i18n.ts';
import { showPage } from './render-page.ts';

const form = z.object({ password: z.string().default('') });

export function invitationPage(
  logto: Logto,
  ctx: Context,
  [invitation, error]: readonly [Invitation, ErrorName?],
): void {
  const text = textOf(ctx);
  const organization =
    logto.directory.organizations.get(invitation.organizationId)?.name ?? invitation.organizationId;
  const roles = pick(logto.directory.organizationRoles, invitation.organizationRoleIds).map(
    ({ name }) => name,
  );
  const status = currentStatus(logto, invitation);
  const isNew = findByIdentifier(logto.directory, { type: 'email', value: invitation.invitee }) === undefined;
  const open = html`<p>
      ${text.invitedAs(invitation.invitee)}${roles.length > 0 ? ` ${text.withRoles(roles.join(', '))}` : null}
    </p>
    <form method="post">
      ${
        isNew
          ? html`<p class="muted">${text.invitedNew}</p>
              <input type="hidden" name="username" autocomplete="username" value="${invitation.invitee}" />
              ${newPasswordField(text, shortestPassword(logto), error && text.errors[error])}`
          : null
      }
      <button class="primary" type="submit">${text.join(organization)}</button>
    </form>`;
  ctx.status = error === undefined ? 200 : 422;
  showPage(ctx, {
    title: text.invitationTo(organization),
    application: organization,
    body: html`${status === 'Pending' ? open : html`<p>${text.invitationOver[status]}</p>`}`,
  });
}

/** Payloads look as if an application had called the Management API. */
function request(
  ctx: Context,
  given: Pick<RequestMeta, 'path' | 'method' | 'params' | 'matchedRoute'>,
): RequestMeta {
  return { ...callerOf(ctx), status: 200, ...given };
}

/** Creates an account when the invited user has none. */
export function submitInvitation(logto: Logto, ctx: Context, invitation: Invitation): void {
  const events: RaisedEvent[] = [];
  const now = logto.clock.now();
  let user = findByIdentifier(logto.directory, { type: 'email', value: invitation.invitee });
  if (currentStatus(logto, invitation) === 'Pending') {
    if (user === undefined) {
      const { password } = form.parse(ctx.request.body ?? {});
      const wrong = passwordError(logto, password);
      if (wrong !== undefined) return invitationPage(logto, ctx, [invitation, wrong]);
      user = createUser(logto, { primaryEmail: invitation.invitee, password });
      const meta = request(ctx, { path: '/users', method: 'POST', params: {}, matchedRoute: '/users' });
      events.push(managementEvent(['User.Created', { data: userProfile(user) }], meta, now));
    }
    const { added } = acceptInvitation(logto, invitation, user);
    const meta = request(ctx, {
      path: `/organization-invitations/${invitation.id}/status`,
      method: 'PUT',
      params: { id: invitation.id },
      matchedRoute: '/organization-invitations/:id/status',
    });
    events.push(managementEvent(membershipUpdated(invitation.organizationId, 'user', { added }), meta, now));
    void logto.webhooks.raise(events);
  }
  return invitationPage(logto, ctx, [logto.directory.invitations.get(invitation.id) ?? invitation]);
}
