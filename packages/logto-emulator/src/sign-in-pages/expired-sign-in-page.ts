import { html } from '@latchkey/emulator-kit';
import type { Context } from 'koa';
import type { Logto } from '../logto.ts';
import { localeOf } from './locale.ts';
import { renderPage } from './render-page.ts';
import { translations } from './i18n.ts';

const unknownSession = '/unknown-session';

/** Where Logto sends a browser that opens a sign-in page without a current sign-in. */
export const toUnknownSession = (logto: Logto, ctx: Context): void =>
  ctx.redirect(`${logto.endpoint}${unknownSession}`);

/** The page for a request without a current sign-in: it has expired, or never began. */
export function expiredSignInPage(ctx: Context): void {
  const locale = localeOf(ctx);
  const text = translations[locale];
  ctx.status = ctx.path === unknownSession ? 200 : 400;
  ctx.body = renderPage({
    locale,
    title: text.lostSession,
    body: html`<h1>${text.lostSession}</h1>
      <p>${text.lostSessionNote}</p>
      <p class="aside"><a href="/console">${text.console}</a></p>`,
  });
}
