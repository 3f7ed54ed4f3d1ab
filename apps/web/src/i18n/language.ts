import type { AppRole } from '@latchkey/policy';
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

export const languageNames: Readonly<Record<Language, string>> = { en: 'English', ko: '한국어' };

/** The text for a slow first load, in each language. It is not among the messages, because those may fail to load. */
export const late: Readonly<Record<Language, string>> = {
  en: 'This is taking longer than usual. Check your connection. The page opens when it’s ready.',
  ko: '시간이 오래 걸리고 있어요. 네트워크를 확인해 주세요. 준비되면 화면이 자동으로 열려요.',
};

/** Not only among the messages, because an English console finds a role by its Korean name too. */
export const koreanRoles: Readonly<Record<AppRole, string>> = {
  viewer: '뷰어',
  editor: '편집자',
  admin: '관리자',
};
