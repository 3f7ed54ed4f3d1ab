import type { Context } from 'koa';

export type Locale = 'en' | 'ko';

function known(tag: string): Locale | undefined {
  if (/^ko\b/i.test(tag)) return 'ko';
  return /^en\b/i.test(tag) ? 'en' : undefined;
}

/** The language that the application requests (`ui_locales`), else the browser's preference, else English. */
export function localeOf(ctx: Context): Locale {
  const requested = String(ctx.query['ui_locales'] ?? '').split(/[ +]/);
  for (const tag of requested) {
    const locale = known(tag);
    if (locale !== undefined) return locale;
  }
  return ctx.acceptsLanguages('en', 'ko') === 'ko' ? 'ko' : 'en';
}
