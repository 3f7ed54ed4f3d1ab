import { html } from '@latchkey/emulator-kit';
import type { Context } from 'koa';
import { localeOf } from './locale.ts';
import { renderPage } from './render-page.ts';
import { translations } from './i18n.ts';

/** The page for a request without a current sign-in: it has expired, or never began. */
export function expiredSignInPage(ctx: Context): void {
  const locale = localeOf(ctx);
  const text = translations[locale];
  ctx.status = 400;
  ctx.body = renderPage({
    locale,
    title: text.lostSession,
    body: html`<h1>${text.lostSession}</h1>
      <p>${text.lostSessionNote}</p>`,
  });
}
