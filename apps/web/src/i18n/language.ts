import { readPreference, writePreference } from '../preference.ts';

export const languages = ['en', 'ko'] as const;
export type Language = (typeof languages)[number];

const isLanguage = (tag: string | undefined): tag is Language =>
  languages.some((language) => language === tag);

/** The user's selected language; otherwise the first supported one of the browser; otherwise English. */
export function preferredLanguage(): Language {
  const tags = [readPreference('language') ?? undefined, ...navigator.languages];
  return tags.map((tag) => tag?.slice(0, 2)).find(isLanguage) ?? 'en';
}

export function storeLanguage(language: Language): void {
  writePreference('language', language);
}

/** Each language in its own name, so that users can find it in any current language. */
export const languageNames: Readonly<Record<Language, string>> = { en: 'English', ko: '한국어' };
