import type { Language } from './language.ts';

/** Each language in its own name, so that a person can find it while another language is set. */
export const languageNames: Readonly<Record<Language, string>> = { en: 'English', ko: '한국어' };
