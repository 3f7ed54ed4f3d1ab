import { readPreference, writePreference } from '../preference.ts';

export const languages = ['en', 'ko'] as const;
export type Language = (typeof languages)[number];

const isLanguage = (tag: string | undefined): tag is Language =>
  languages.some((language) => language === tag);

/** What the person chose; else the first language of their browser that the console speaks; else English. */
export function preferredLanguage(): Language {
  const tags = [readPreference('language') ?? undefined, ...navigator.languages];
  return tags.map((tag) => tag?.slice(0, 2)).find(isLanguage) ?? 'en';
}

/** What an instance speaks now. */
export function languageOf({ language }: { readonly language: string }): Language {
  return isLanguage(language) ? language : 'en';
}

export function keepLanguage(language: Language): void {
  writePreference('language', language);
}
