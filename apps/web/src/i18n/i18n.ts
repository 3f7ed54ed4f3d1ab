import { createInstance, type i18n } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { keepLanguage, preferredLanguage, type Language } from './language.ts';
import type { Locale } from './locale.ts';

/** One language's words are loaded at a time. */
const load: Readonly<Record<Language, () => Promise<Locale>>> = {
  en: async () => (await import('./locales/en.ts')).en,
  ko: async () => (await import('./locales/ko.ts')).ko,
};

export async function createI18n(language: Language = preferredLanguage()): Promise<i18n> {
  const instance = createInstance();
  await instance.use(initReactI18next).init({
    lng: language,
    resources: { [language]: { translation: await load[language]() } },
    fallbackLng: false,
    // Permissions are keys as they are: `permission.reports:view`.
    nsSeparator: false,
    interpolation: { escapeValue: false }, // React escapes.
  });
  document.documentElement.lang = language;
  return instance;
}

/** Loads the words first, so that the page never shows keys. */
export async function switchLanguage(instance: i18n, language: Language): Promise<void> {
  if (!instance.hasResourceBundle(language, 'translation')) {
    instance.addResourceBundle(language, 'translation', await load[language]());
  }
  keepLanguage(language);
  await instance.changeLanguage(language);
  document.documentElement.lang = language;
}
