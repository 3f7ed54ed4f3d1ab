import { createInstance, type i18n } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { onPreferenceChange } from '../preference.ts';
import { languageOf, preferredLanguage, storeLanguage, type Language } from './language.ts';
import type { Messages } from './messages.ts';

type LoadMessages = Readonly<Record<Language, () => Promise<{ readonly messages: object }>>>;

/** The messages of a feature, one module for each language, and the key in `Messages` that they are found under. */
export interface FeatureMessages extends LoadMessages {
  readonly key: keyof Messages;
}

const sharedMessages: LoadMessages = {
  en: () => import('./messages.en.ts'),
  ko: () => import('./messages.ko.ts'),
};

/** The features whose messages an instance has: a switch of language loads them in the other language too. */
const featuresOf = new WeakMap<i18n, Set<FeatureMessages>>();

/** Has the messages that every page shares, in one language. A feature adds its own with `addMessages`. */
export async function createI18n(language: Language = preferredLanguage()): Promise<i18n> {
  const instance = createInstance();
  const { messages } = await sharedMessages[language]();
  await instance.use(initReactI18next).init({
    lng: language,
    resources: { [language]: { translation: messages } },
    fallbackLng: false,
    // Permissions are keys as they are: `permission.reports:view`.
    nsSeparator: false,
    interpolation: { escapeValue: false }, // React escapes.
  });
  document.documentElement.lang = language;
  onPreferenceChange('language', () => void showLanguage(instance, preferredLanguage()));
  return instance;
}

/**
 * Loads the messages of a feature, in the current language unless another is given. A route's loader returns this, so that
 * the page never shows keys. `undefined` when they are there already: the loader then has nothing to wait for.
 */
export function addMessages(
  instance: i18n,
  feature: FeatureMessages,
  language: Language = languageOf(instance),
): Promise<void> | undefined {
  if (instance.getResource(language, 'translation', feature.key) !== undefined) return undefined;
  featuresOf.set(instance, (featuresOf.get(instance) ?? new Set()).add(feature));
  return feature[language]().then(({ messages }) => {
    instance.addResourceBundle(language, 'translation', { [feature.key]: messages });
  });
}

/** Shows the language that somebody chose here, and keeps the choice. Other open tabs follow. */
export async function switchLanguage(instance: i18n, language: Language): Promise<void> {
  storeLanguage(language);
  await showLanguage(instance, language);
}

/** Loads the messages first, so that the page never shows keys. */
async function showLanguage(instance: i18n, language: Language): Promise<void> {
  if (!instance.hasResourceBundle(language, 'translation')) {
    const { messages } = await sharedMessages[language]();
    instance.addResourceBundle(language, 'translation', messages);
  }
  const features = [...(featuresOf.get(instance) ?? [])];
  await Promise.all(features.map(async (feature) => addMessages(instance, feature, language)));
  await instance.changeLanguage(language);
  document.documentElement.lang = language;
}
