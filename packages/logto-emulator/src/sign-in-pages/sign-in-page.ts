import { html, type Html } from '@latchkey/emulator-kit';
import type { Context } from 'koa';
import type { Interaction } from 'oidc-provider';
import { z } from 'zod';
import type { User } from '../directory/records.ts';
import { initialOf, nameOf, verifyPassword } from '../directory/users.ts';
import type { Logto } from '../logto.ts';
import { eventDuringInteraction } from '../webhooks/payloads.ts';
import { completeSignIn } from './complete-sign-in.ts';
import { findByIdentifier, parseIdentifier, type Identifier } from './credentials.ts';
import { alert, field, notice, revealScript } from './form.ts';
import { textOf, type Translation, type ErrorName } from './i18n.ts';
import { metaOf } from './interaction.ts';
import { applicationOf } from './interaction.ts';
import { showPage } from './render-page.ts';
import { socialButtons } from './social-page.ts';

const shown = 6;

const button = (user: User): Html =>
  html`<button class="person" name="user" value="${user.id}">
    <span class="mono" aria-hidden="true">${initialOf(nameOf(user))}</span>
    <span>${nameOf(user)}<small>${user.primaryEmail ?? user.username}</small></span>
  </button>`;

/** Signs in with one click, without a password. Collapsed by default. */
function testAccounts({ directory }: Logto, ctx: Context, text: Translation): Html | null {
  const users: User[] = [];
  for (const user of directory.users.values()) {
    if (users.length === shown) break;
    if (!user.isSuspended) users.push(user);
  }
  if (users.length === 0) return null;
  return html`<details>
    <summary>${text.testAccounts}</summary>
    <div>
      <p class="muted">${text.testAccountsNote}</p>
      <form class="stack" method="post" action="/sign-in/as${ctx.search}">${users.map(button)}</form>
    </div>
  </details>`;
}

const form = z.object({ identifier: z.string().default(''), password: z.string().default('') });

interface Shown {
  readonly identifier?: string;
  readonly error?: ErrorName;
}

function links({ settings }: Logto, ctx: Context, text: Translation): Html | null {
  if (settings.signInExperience().signInMode === 'SignIn') return null;
  return html`<p class="aside">${text.noAccount} <a href="/register${ctx.search}">${text.register}</a></p>`;
}

export function signInPage(
  logto: Logto,
  ctx: Context,
  [interaction, shown]: readonly [Interaction, Shown],
): void {
  const text = textOf(ctx);
  const application = applicationOf(logto, interaction)?.name ?? '';
  const { error, identifier = String(ctx.query['login_hint'] ?? '') } = shown;
  const message = error && text.errors[error];
  const atField = error === 'identifierRequired' || error === 'passwordRequired';
  const changed = ctx.query['notice'] === 'password-changed' && error === undefined;
  const body = html`<form method="post" action="/sign-in${ctx.search}">
      ${notice(changed ? text.passwordChanged : undefined)} ${alert(atField ? undefined : message)}
      ${field({
        name: 'identifier',
        label: text.identifier,
        value: identifier,
        autocomplete: 'username',
        error: error === 'identifierRequired' ? message : undefined,
        autofocus: identifier === '',
      })}
      ${field({
        name: 'password',
        label: text.password,
        type: 'password',
        autocomplete: 'current-password',
        error: error === 'passwordRequired' ? message : undefined,
        autofocus: identifier !== '',
        reveal: [text.showPassword, text.hidePassword],
      })}
      <button class="primary" type="submit">${text.signIn}</button>
    </form>
    <p class="aside tight"><a href="/reset-password${ctx.search}">${text.forgot}</a></p>
    ${socialButtons(logto, ctx, text)} ${links(logto, ctx, text)}`;
  ctx.status = error === undefined ? 200 : 422;
  showPage(ctx, {
    title: text.signInTo(application),
    heading: text.signIn,
    application,
    body,
    below: testAccounts(logto, ctx, text),
    script: revealScript,
  });
}

/** A locked identifier is refused with any password, and each such attempt raises an event. */
export function authenticate(
  logto: Logto,
  ctx: Context,
  [interaction, identifier, password]: readonly [Interaction, Identifier, string],
): User | 'locked' | 'invalidCredentials' | 'suspended' {
  const user = findByIdentifier(logto.directory, identifier);
  const isRight = user !== undefined && verifyPassword(password, user.passwordHash);
  if (logto.lockouts.report(identifier.value, isRight) !== undefined) {
    const meta = metaOf(logto, ctx, [interaction, 'SignIn']);
    void logto.webhooks.raise([
      eventDuringInteraction(['Identifier.Lockout', { ...identifier }], meta, logto.clock.now()),
    ]);
    return 'locked';
  }
  if (!isRight) return 'invalidCredentials';
  return user.isSuspended ? 'suspended' : user;
}

export async function submitSignIn(logto: Logto, ctx: Context, interaction: Interaction): Promise<void> {
  const typed = form.parse(ctx.request.body ?? {});
  const fail = (error: ErrorName): void =>
    signInPage(logto, ctx, [interaction, { identifier: typed.identifier, error }]);
  if (typed.identifier.trim() === '') return fail('identifierRequired');
  if (typed.password === '') return fail('passwordRequired');
  const identifier = parseIdentifier(typed.identifier);
  const user = authenticate(logto, ctx, [interaction, identifier, typed.password]);
  if (typeof user === 'string') return fail(user);
  return completeSignIn(logto, ctx, [interaction, user, { type: 'Password', identifier: { ...identifier } }]);
}
