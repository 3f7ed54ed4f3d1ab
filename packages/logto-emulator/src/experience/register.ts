import { html } from '@latchkey/emulator-kit';
import type { Context } from 'koa';
import type { Interaction } from 'oidc-provider';
import { z } from 'zod';
import type { Logto } from '../logto.ts';
import { field } from './form.ts';
import { identifierError, parseIdentifier } from './identifier.ts';
import { applicationOf } from './interaction.ts';
import { localeOf } from './locale.ts';
import { page } from './page.ts';
import { signUp } from './session.ts';
import { words, type ErrorName } from './words.ts';

const form = z.object({ identifier: z.string().default(''), password: z.string().default('') });
/** Logto's default password policy asks for eight characters. */
export const shortestPassword = 8;

interface Shown {
  readonly identifier?: string;
  readonly identifierError?: ErrorName | undefined;
  readonly passwordError?: ErrorName | undefined;
}

export function registerPage(
  logto: Logto,
  ctx: Context,
  [interaction, shown]: readonly [Interaction, Shown],
): void {
  const locale = localeOf(ctx);
  const text = words[locale];
  const application = applicationOf(logto, interaction)?.name ?? '';
  const say = (error: ErrorName | undefined): string | undefined =>
    error === undefined ? undefined : text.errors[error];
  const body = html`<h1>${text.register}</h1>
    <form method="post" action="/register${ctx.search}">
      ${field({
        name: 'identifier',
        label: text.identifier,
        value: shown.identifier ?? String(ctx.query['login_hint'] ?? ''),
        autocomplete: 'username',
        error: say(shown.identifierError),
        autofocus: true,
      })}
      ${field({
        name: 'password',
        label: text.password,
        type: 'password',
        autocomplete: 'new-password',
        hint: text.passwordHint,
        error: say(shown.passwordError),
      })}
      <button class="primary" type="submit">${text.register}</button>
    </form>
    <p class="aside">${text.haveAccount} <a href="/sign-in${ctx.search}">${text.signIn}</a></p>`;
  ctx.status = shown.identifierError === undefined && shown.passwordError === undefined ? 200 : 422;
  ctx.body = page({ locale, title: text.registerFor(application), application, body });
}

/** Answers the posted form. */
export async function submitRegister(logto: Logto, ctx: Context, interaction: Interaction): Promise<void> {
  const { identifier: typed, password } = form.parse(ctx.request.body ?? {});
  const identifier = parseIdentifier(typed);
  const wrongIdentifier = identifierError(logto.directory, identifier);
  const wrongPassword =
    password === ''
      ? 'passwordRequired'
      : password.length < shortestPassword
        ? 'passwordTooShort'
        : undefined;
  if (wrongIdentifier !== undefined || wrongPassword !== undefined) {
    registerPage(logto, ctx, [
      interaction,
      { identifier: typed, identifierError: wrongIdentifier, passwordError: wrongPassword },
    ]);
    return;
  }
  const name = identifier.type === 'email' ? 'primaryEmail' : 'username';
  await signUp(logto, ctx, [interaction, { [name]: identifier.value, password }]);
}
