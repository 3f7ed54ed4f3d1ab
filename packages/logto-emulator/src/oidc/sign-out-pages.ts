import { html, raw } from '@latchkey/emulator-kit';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { localeOf } from '../sign-in-pages/locale.ts';
import { renderPage } from '../sign-in-pages/render-page.ts';
import { translations } from '../sign-in-pages/i18n.ts';

/** Logto ends the session without a question: oidc-provider's confirmation form submits itself. */
export function signingOut(ctx: KoaContextWithOIDC, form: string): void {
  const locale = localeOf(ctx);
  const text = translations[locale];
  ctx.body = renderPage({
    locale,
    title: text.signingOut,
    body: html`<h1>${text.signingOut}</h1>
      ${raw(form)}
      <button class="primary" type="submit" form="op.logoutForm" name="logout" value="yes" autofocus>
        ${text.signOut}
      </button>`,
    script:
      "document.forms[0].insertAdjacentHTML('beforeend','<input type=hidden name=logout value=yes>');document.forms[0].submit()",
  });
}

/** The page after a sign-out without `post_logout_redirect_uri`. */
export function signedOut(ctx: KoaContextWithOIDC): void {
  const locale = localeOf(ctx);
  const text = translations[locale];
  ctx.body = renderPage({
    locale,
    title: text.signedOut,
    body: html`<h1>${text.signedOut}</h1>
      <p>${text.signedOutNote}</p>`,
  });
}
