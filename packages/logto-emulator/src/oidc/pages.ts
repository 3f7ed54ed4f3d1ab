import { html, raw } from '@latchkey/emulator-kit';
import type { Interaction, KoaContextWithOIDC } from 'oidc-provider';
import type { Logto } from '../logto.ts';
import { textOf } from '../sign-in-pages/i18n.ts';
import { showPage } from '../sign-in-pages/render-page.ts';

const screens: Readonly<Record<string, string>> = {
  sign_in: '/sign-in',
  signIn: '/sign-in',
  register: '/register',
  signUp: '/register',
  'identifier:sign_in': '/sign-in',
  'identifier:register': '/register',
  reset_password: '/reset-password',
};

/** The sign-in pages read these from their own URL, as Logto's pages do. */
const forwardedParams = [
  'organization_id',
  'ui_locales',
  'one_time_token',
  'login_hint',
  'identifier',
] as const;

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** `interactions.url` of oidc-provider. */
export const loginUrl =
  (logto: Logto) =>
  (_: KoaContextWithOIDC, { params, prompt }: Interaction): string => {
    const query = new URLSearchParams();
    const clientId = text(params['client_id']);
    if (clientId !== undefined) query.set('app_id', clientId);
    if (prompt.name === 'consent') return `/consent?${query.toString()}`;

    if (text(params['emulator_user']) !== undefined || logto.signInAs() !== undefined) return '/sign-in/as';
    for (const name of forwardedParams) {
      const value = text(params[name]);
      if (value !== undefined) query.set(name, value);
    }
    const screen =
      screens[text(params['first_screen']) ?? text(params['interaction_mode']) ?? 'sign_in'] ?? '/sign-in';
    const [method, target] = (text(params['direct_sign_in']) ?? '').split(':');
    const { socialSignInConnectorTargets: social } = logto.settings.signInExperience();
    if (method === 'social' && target !== undefined && social.includes(target)) {
      query.set('fallback', screen.slice(1));
      return `/direct/social/${encodeURIComponent(target)}?${query.toString()}`;
    }
    return `${screen}?${query.toString()}`;
  };

export function codeInput(
  ctx: KoaContextWithOIDC,
  form: string,
  ...[, error]: readonly [out: unknown, error?: Error]
): void {
  const text = textOf(ctx);
  const input = html`<div class="field">
    <label for="user_code">${text.code}</label>
    <input id="user_code" name="user_code" form="op.deviceInputForm" autocomplete="off" required autofocus />
    ${error === undefined ? null : html`<p class="error">${text.deviceCodeWrong}</p>`}
  </div>`;
  showPage(ctx, {
    title: text.device,
    body: html`<p>${text.deviceNote}</p>
      ${raw(form.replace(/<input type="text".*?>/s, ''))} ${input}
      <button class="primary" type="submit" form="op.deviceInputForm">${text.continue}</button>`,
  });
}

export function codeConfirmation(
  ctx: KoaContextWithOIDC,
  form: string,
  ...[, , code]: readonly [client: unknown, device: unknown, userCode: string]
): void {
  const text = textOf(ctx);
  showPage(ctx, {
    title: text.device,
    body: html`<p>${text.deviceConfirm}</p>
      <p><b>${code}</b></p>
      ${raw(form)}
      <button class="primary" type="submit" form="op.deviceConfirmForm" autofocus>${text.continue}</button>`,
  });
}

/** The device gets its tokens by polling. */
export function deviceSignedIn(ctx: KoaContextWithOIDC): void {
  const text = textOf(ctx);
  showPage(ctx, {
    title: text.device,
    body: html`<p>${text.deviceDone}</p>`,
  });
}

/** Logto does not ask for confirmation, so oidc-provider's form submits itself. */
export function signingOut(ctx: KoaContextWithOIDC, form: string): void {
  const text = textOf(ctx);
  showPage(ctx, {
    title: text.signingOut,
    body: html`${raw(form)}
      <button class="primary" type="submit" form="op.logoutForm" name="logout" value="yes" autofocus>
        ${text.signOut}
      </button>`,
    script:
      "document.forms[0].insertAdjacentHTML('beforeend','<input type=hidden name=logout value=yes>');document.forms[0].submit()",
  });
}

/** For a sign-out without `post_logout_redirect_uri`. */
export function signedOut(ctx: KoaContextWithOIDC): void {
  const text = textOf(ctx);
  showPage(ctx, {
    title: text.signedOut,
    body: html`<p>${text.signedOutNote}</p>`,
  });
}
