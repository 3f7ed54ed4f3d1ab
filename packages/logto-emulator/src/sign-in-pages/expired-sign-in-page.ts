import { html } from '@latchkey/emulator-kit';
import type { Context } from 'koa';
import type { Logto } from '../logto.ts';
import { textOf } from './i18n.ts';
import { showPage } from './render-page.ts';

const unknownSession = '/unknown-session';

/** Where Logto sends a browser that opens a sign-in page without a current sign-in. */
export const toUnknownSession = (logto: Logto, ctx: Context): void =>
  ctx.redirect(`${logto.endpoint}${unknownSession}`);

/** The page for a request without a current sign-in: it has expired, or never began. */
export function expiredSignInPage(ctx: Context): void {
  const text = textOf(ctx);
  ctx.status = ctx.path === unknownSession ? 200 : 400;
  showPage(ctx, {
    title: text.lostSession,
    body: html`<p>${text.lostSessionNote}</p>
      <p class="aside"><a href="/console">${text.console}</a></p>`,
  });
}
