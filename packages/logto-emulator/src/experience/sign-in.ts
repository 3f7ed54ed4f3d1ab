import { html, type Html } from '@latchkey/emulator-kit';
import type { Context } from 'koa';
import type { Interaction } from 'oidc-provider';
import { z } from 'zod';
import { verifyPassword } from '../directory/passwords.ts';
import type { Logto } from '../logto.ts';
import { alert, field } from './form.ts';
import { findUser, parseIdentifier } from './identifier.ts';
import { applicationOf } from './interaction.ts';
import { localeOf } from './locale.ts';
import { page } from './page.ts';
import { signIn } from './session.ts';
import { testAccounts } from './test-accounts.ts';
import { words, type ErrorName } from './words.ts';

const form = z.object({ identifier: z.string().default(''), password: z.string().default('') });

interface Shown {
  readonly identifier?: string;
  /** Shown at the field that it concerns, or above all of them. */
  readonly error?: ErrorName;
}

function links(ctx: Context, text: (typeof words)['en']): Html {
  return html`<p class="aside">${text.noAccount} <a href="/register${ctx.search}">${text.register}</a></p>`;
}

export function signInPage(
  logto: Logto,
  ctx: Context,
  [interaction, shown]: readonly [Interaction, Shown],
): void {
  const locale = localeOf(ctx);
  const text = words[locale];
  const application = applicationOf(logto, interaction)?.name ?? '';
  const { error, identifier = String(ctx.query['login_hint'] ?? '') } = shown;
  const message = error === undefined ? undefined : text.errors[error];
  const body = html`<h1>${text.signIn}</h1>
    <form method="post" action="/sign-in${ctx.search}">
      ${alert(error === 'invalidCredentials' || error === 'suspended' ? message : undefined)}
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
      })}
      <button class="primary" type="submit">${text.signIn}</button>
    </form>
    ${links(ctx, text)}`;
  ctx.status = error === undefined ? 200 : 422;
  ctx.body = page({
    locale,
    title: text.signInTo(application),
    application,
    body,
    below: testAccounts(logto, ctx, text),
  });
}

/** Answers the posted form. */
export async function submitSignIn(logto: Logto, ctx: Context, interaction: Interaction): Promise<void> {
  const { identifier, password } = form.parse(ctx.request.body ?? {});
  const fail = (error: ErrorName): void => signInPage(logto, ctx, [interaction, { identifier, error }]);
  if (identifier.trim() === '') return fail('identifierRequired');
  if (password === '') return fail('passwordRequired');
  const user = findUser(logto.directory, parseIdentifier(identifier));
  if (user === undefined || !verifyPassword(password, user.passwordHash)) return fail('invalidCredentials');
  if (user.isSuspended) return fail('suspended');
  return signIn(logto, ctx, [interaction, user]);
}
