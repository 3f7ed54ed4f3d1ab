import { html, raw } from '@latchkey/emulator-kit';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { translations } from '../sign-in-pages/i18n.ts';
import { localeOf } from '../sign-in-pages/locale.ts';
import { renderPage } from '../sign-in-pages/render-page.ts';

/** The page on which the user enters the code that the device shows. */
export function codeInput(
  ctx: KoaContextWithOIDC,
  form: string,
  ...[, error]: readonly [out: unknown, error?: Error]
): void {
  const locale = localeOf(ctx);
  const text = translations[locale];
  const input = html`<div class="field">
    <label for="user_code">${text.code}</label>
    <input id="user_code" name="user_code" form="op.deviceInputForm" autocomplete="off" required autofocus />
    ${error === undefined ? null : html`<p class="error">${text.deviceCodeWrong}</p>`}
  </div>`;
  ctx.body = renderPage({
    locale,
    title: text.device,
    body: html`<h1>${text.device}</h1>
      <p>${text.deviceNote}</p>
      ${raw(form.replace(/<input type="text".*?>/s, ''))} ${input}
      <button class="primary" type="submit" form="op.deviceInputForm">${text.continue}</button>`,
  });
}

/** The page that asks whether the device shows the same code. */
export function codeConfirmation(
  ctx: KoaContextWithOIDC,
  form: string,
  ...[, , code]: readonly [client: unknown, device: unknown, userCode: string]
): void {
  const locale = localeOf(ctx);
  const text = translations[locale];
  ctx.body = renderPage({
    locale,
    title: text.device,
    body: html`<h1>${text.device}</h1>
      <p>${text.deviceConfirm}</p>
      <p><b>${code}</b></p>
      ${raw(form)}
      <button class="primary" type="submit" form="op.deviceConfirmForm" autofocus>${text.continue}</button>`,
  });
}

/** The page after the sign-in: the device goes on by itself. */
export function deviceSignedIn(ctx: KoaContextWithOIDC): void {
  const locale = localeOf(ctx);
  const text = translations[locale];
  ctx.body = renderPage({
    locale,
    title: text.device,
    body: html`<h1>${text.device}</h1>
      <p>${text.deviceDone}</p>`,
  });
}
