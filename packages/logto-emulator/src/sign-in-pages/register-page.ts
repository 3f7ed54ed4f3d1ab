import { html } from '@latchkey/emulator-kit';
import type { Context } from 'koa';
import type { Interaction } from 'oidc-provider';
import { z } from 'zod';
import type { Logto } from '../logto.ts';
import { completeSignUp } from './complete-sign-in.ts';
import {
  identifierError,
  identifierPattern,
  parseIdentifier,
  passwordError,
  shortestPassword,
} from './credentials.ts';
import { alert, field, revealScript, shapeScript } from './form.ts';
import { textOf, type ErrorName } from './i18n.ts';
import { applicationOf } from './interaction.ts';
import { showPage } from './render-page.ts';
import { socialButtons } from './social-page.ts';

const form = z.object({ identifier: z.string().default(''), password: z.string().default('') });

interface Shown {
  readonly identifier?: string;
  readonly identifierError?: ErrorName | undefined;
  readonly passwordError?: ErrorName | undefined;
}

const isClosed = ({ settings }: Logto): boolean => settings.signInExperience().signInMode === 'SignIn';

export function registerPage(
  logto: Logto,
  ctx: Context,
  [interaction, shown]: readonly [Interaction, Shown],
): void {
  const text = textOf(ctx);
  const application = applicationOf(logto, interaction)?.name ?? '';
  const messageOf = (error: ErrorName | undefined): string | undefined => error && text.errors[error];
  const fields = html`<form method="post" action="/register${ctx.search}">
      ${field({
        name: 'identifier',
        label: text.identifier,
        value: shown.identifier ?? String(ctx.query['login_hint'] ?? ''),
        autocomplete: 'username',
        error: messageOf(shown.identifierError),
        shape: { pattern: identifierPattern, message: text.errors.usernameInvalid },
        autofocus: shown.identifierError !== undefined || shown.passwordError === undefined,
      })}
      ${field({
        name: 'password',
        label: text.password,
        type: 'password',
        autocomplete: 'new-password',
        hint: text.passwordHint(shortestPassword(logto)),
        shortest: shortestPassword(logto),
        error: messageOf(shown.passwordError),
        autofocus: shown.identifierError === undefined && shown.passwordError !== undefined,
        reveal: [text.showPassword, text.hidePassword],
      })}
      <button class="primary" type="submit">${text.register}</button>
    </form>
    ${socialButtons(logto, ctx, text)}`;
  const body = html`${isClosed(logto) ? alert(text.errors.registrationClosed) : fields}
    <p class="aside">${text.haveAccount} <a href="/sign-in${ctx.search}">${text.signIn}</a></p>`;
  ctx.status = shown.identifierError === undefined && shown.passwordError === undefined ? 200 : 422;
  showPage(ctx, {
    title: text.registerFor(application),
    heading: text.register,
    application,
    body,
    script: `${revealScript};${shapeScript}`,
  });
}

export async function submitRegister(logto: Logto, ctx: Context, interaction: Interaction): Promise<void> {
  const { identifier: typed, password } = form.parse(ctx.request.body ?? {});
  const identifier = parseIdentifier(typed);
  const wrongIdentifier = isClosed(logto)
    ? 'registrationClosed'
    : identifierError(logto.directory, identifier);
  const wrongPassword = passwordError(logto, password);
  if (wrongIdentifier !== undefined || wrongPassword !== undefined) {
    const wrong = { identifierError: wrongIdentifier, passwordError: wrongPassword };
    registerPage(logto, ctx, [interaction, { identifier: typed, ...wrong }]);
    return;
  }
  const name = identifier.type === 'email' ? 'primaryEmail' : 'username';
  await completeSignUp(logto, ctx, [interaction, { [name]: identifier.value, password }]);
}
