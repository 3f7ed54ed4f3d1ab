import { createInstance, type i18n } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { keepLanguage, languageOf, preferredLanguage, type Language } from './language.ts';
import type { Locale, SyncLocale } from './messages.ts';

/** One language's words are loaded at a time. */
const load: Readonly<Record<Language, () => Promise<Locale>>> = {
  en: async () => (await import('./messages.en.ts')).en,
  ko: async () => (await import('./messages.ko.ts')).ko,
};

/** Those of directory sync come with its pages: most people never see them. */
const loadSync: Readonly<Record<Language, () => Promise<SyncLocale>>> = {
  en: async () => (await import('../features/sync/messages.en.ts')).enSync,
  ko: async () => (await import('../features/sync/messages.ko.ts')).koSync,
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

const knowsSync = (instance: i18n, language: string): boolean =>
  instance.getResource(language, 'translation', 'sync') !== undefined;

/** To be awaited before a page of directory sync is shown. */
export async function addSyncWords(instance: i18n, language = languageOf(instance)): Promise<void> {
  if (knowsSync(instance, language)) return;
  instance.addResourceBundle(language, 'translation', { sync: await loadSync[language]() }, true);
}

/** Loads the words first, so that the page never shows keys. */
export async function switchLanguage(instance: i18n, language: Language): Promise<void> {
  const sync = knowsSync(instance, instance.language);
  if (!instance.hasResourceBundle(language, 'translation')) {
    instance.addResourceBundle(language, 'translation', await load[language]());
  }
  if (sync) await addSyncWords(instance, language);
  keepLanguage(language);
  await instance.changeLanguage(language);
  document.documentElement.lang = language;
}
