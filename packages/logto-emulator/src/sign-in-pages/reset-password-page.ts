import { html, type Html } from '@latchkey/emulator-kit';
import type { Context } from 'koa';
import type { Interaction } from 'oidc-provider';
import { z } from 'zod';
import { showUser, hashPassword } from '../directory/users.ts';
import type { Logto } from '../logto.ts';
import { eventDuringInteraction, interactionEvent } from '../webhooks/payloads.ts';
import { findByIdentifier, passwordError, shortestPassword } from './credentials.ts';
import { field, inbox, newPasswordField } from './form.ts';
import { textOf, type ErrorName } from './i18n.ts';
import { metaOf } from './interaction.ts';
import { applicationOf } from './interaction.ts';
import { showPage } from './render-page.ts';

const resetRequest = z.object({ email: z.string().default('') });
const confirmation = z.object({
  email: z.string(),
  code: z.string().default(''),
  password: z.string().default(''),
});

interface Shown {
  readonly email?: string;
  /** A code was sent. */
  readonly sent?: boolean;
  readonly errors?: {
    readonly email?: ErrorName;
    readonly code?: ErrorName;
    readonly password?: ErrorName | undefined;
  };
}

function newest(logto: Logto, email: string): string | undefined {
  return logto.messages.list().find(({ recipient, kind }) => kind === 'ForgotPassword' && recipient === email)
    ?.content;
}

export function resetPasswordPage(
  logto: Logto,
  ctx: Context,
  [interaction, shown]: readonly [Interaction, Shown],
): void {
  const text = textOf(ctx);
  const application = applicationOf(logto, interaction)?.name ?? '';
  const { email = '', sent = false, errors = {} } = shown;
  const messageOf = (error: ErrorName | undefined): string | undefined => error && text.errors[error];
  const first = (): Html =>
    html`<form method="post" action="/reset-password${ctx.search}">
      <p class="muted">${text.resetNote}</p>
      ${field({ name: 'email', label: text.email, type: 'email', value: email, autocomplete: 'email', error: messageOf(errors.email), autofocus: true })}
      <button class="primary" type="submit">${text.sendCode}</button>
    </form>`;
  const second = (): Html =>
    html`${inbox(text, email, newest(logto, email))}
      <form method="post" action="/reset-password/confirm${ctx.search}">
        <input type="hidden" name="email" value="${email}" />
        ${field({ name: 'code', label: text.code, autocomplete: 'one-time-code', numeric: true, error: messageOf(errors.code), autofocus: true })}
        ${newPasswordField(text, shortestPassword(logto), messageOf(errors.password))}
        <button class="primary" type="submit">${text.changePassword}</button>
      </form>`;
  ctx.status = Object.keys(errors).length === 0 ? 200 : 422;
  showPage(ctx, {
    title: text.resetPassword,
    application,
    body: html`${sent ? second() : first()}
      <p class="aside"><a href="/sign-in${ctx.search}">${text.backToSignIn}</a></p>`,
  });
}

/** The page is the same whether the account exists or not, so it does not reveal which accounts exist. */
export function requestReset(logto: Logto, ctx: Context, interaction: Interaction): void {
  const email = resetRequest.parse(ctx.request.body ?? {}).email.trim();
  if (!/^\S+@\S+\.\S+$/.test(email)) {
    resetPasswordPage(logto, ctx, [interaction, { email, errors: { email: 'emailInvalid' } }]);
    return;
  }
  const known = findByIdentifier(logto.directory, { type: 'email', value: email }) !== undefined;
  const sent = known ? logto.messages.sendCode(email) : true;
  if (sent === undefined) {
    const meta = metaOf(logto, ctx, [interaction, 'ForgotPassword']);
    const details = { action: 'VerificationCodeSend', recipient: email };
    void logto.webhooks.raise([
      eventDuringInteraction(['Message.RateLimited', details], meta, logto.clock.now()),
    ]);
    resetPasswordPage(logto, ctx, [interaction, { email, errors: { email: 'tooManyMessages' } }]);
    return;
  }
  resetPasswordPage(logto, ctx, [interaction, { email, sent: true }]);
}

/** The user then signs in with the new password. */
export function confirmReset(logto: Logto, ctx: Context, interaction: Interaction): void {
  const { email, code, password } = confirmation.parse(ctx.request.body ?? {});
  const wrong = passwordError(logto, password);
  if (wrong !== undefined) {
    resetPasswordPage(logto, ctx, [interaction, { email, sent: true, errors: { password: wrong } }]);
    return;
  }
  const user = findByIdentifier(logto.directory, { type: 'email', value: email });
  if (user === undefined || !logto.messages.useCode(email, code.trim())) {
    resetPasswordPage(logto, ctx, [interaction, { email, sent: true, errors: { code: 'codeInvalid' } }]);
    return;
  }
  const { clock, directory, webhooks } = logto;
  const updated = { ...user, passwordHash: hashPassword(password), updatedAt: clock.now() };
  directory.users.put(user.id, updated);
  const meta = metaOf(logto, ctx, [interaction, 'ForgotPassword']);
  void webhooks.raise([
    interactionEvent(meta, updated, clock.now()),
    eventDuringInteraction(['User.Data.Updated', { data: showUser(updated) }], meta, clock.now()),
  ]);
  const query = new URLSearchParams(ctx.search);
  query.set('login_hint', email);
  query.set('notice', 'password-changed');
  ctx.status = 303;
  ctx.redirect(`/sign-in?${query.toString()}`);
}
