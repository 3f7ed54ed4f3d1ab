import type { Context } from 'koa';
import type { Interaction } from 'oidc-provider';
import type { Logto } from '../logto.ts';
import { translations, type Translation } from './i18n.ts';
import { applicationOf } from './interaction.ts';
import { localeOf, type Locale } from './locale.ts';

/** The values that every page of a current sign-in needs. */
export interface PageContext {
  readonly locale: Locale;
  readonly text: Translation;
  /** The name of the application that the user signs in to. */
  readonly application: string;
}

export function pageContext(logto: Logto, ctx: Context, interaction: Interaction): PageContext {
  const locale = localeOf(ctx);
  return {
    locale,
    text: translations[locale],
    application: applicationOf(logto, interaction)?.name ?? '',
  };
}
