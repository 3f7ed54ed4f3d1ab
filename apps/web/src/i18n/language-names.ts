import type { Language } from './language.ts';

/** Each language in its own name, so that users can find it in any current language. */
export const languageNames: Readonly<Record<Language, string>> = { en: 'English', ko: '한국어' };
