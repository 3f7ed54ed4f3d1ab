import { lazy, type ComponentType } from 'react';
import { createListeners } from '../listeners.ts';
import { onPreferenceChange } from '../preference.ts';
import { preferredLanguage, storeLanguage, type Language } from './language.ts';
import type { Messages } from './messages.ts';
import { textsOf, translator, type Translate } from './translate.ts';

export interface I18n {
  readonly language: Language;
  /** Translates a key. A new function after each change of the language. */
  readonly t: Translate;
  /** Whether a message exists. For keys that a newer server may return. */
  readonly exists: (key: string) => boolean;
  /** "1,234". */
  readonly number: (value: number) => string;
  /** "a, b, and c", or with `more`, such as "2 more", "a, b, and 2 more". Korean has commas only. */
  readonly list: (items: readonly string[], more?: string) => string;
  readonly isLoaded: (language: Language, messages: LoadMessages) => boolean;
  readonly load: (language: Language, messages: LoadMessages) => Promise<void>;
  /** Loads the current messages in another language, then switches to it, so that the page never shows keys. */
  readonly show: (language: Language) => Promise<void>;
  readonly subscribe: (listener: () => void) => () => void;
}

interface LoadMessages extends Readonly<Record<Language, () => Promise<{ readonly messages: object }>>> {
  /** The feature's key in `Messages`; the shared messages have none. */
  readonly key?: keyof Messages;
}

export interface FeatureMessages extends LoadMessages {
  readonly key: keyof Messages;
}

const sharedMessages: LoadMessages = {
  en: () => import('./messages.en.ts'),
  ko: () => import('./messages.ko.ts'),
};

function createEmpty(first: Language): I18n {
  /** All requested messages. Some may arrive only after the language has changed. */
  const known = new Set<LoadMessages>();
  const loaded = { en: new Set<LoadMessages>(), ko: new Set<LoadMessages>() };
  const texts = { en: new Map<string, string>(), ko: new Map<string, string>() };
  const { notify, subscribe } = createListeners();
  let language = first;
  let chosen = first;
  let t = translator(texts[first], first);
  const i18n: I18n = {
    get language() {
      return language;
    },
    get t() {
      return t;
    },
    exists: (key) => texts[language].has(key),
    number: (value) => new Intl.NumberFormat(language).format(value),
    list: (items, more) =>
      language === 'ko'
        ? [items.join(', '), more].filter(Boolean).join(' ')
        : new Intl.ListFormat(language, { type: 'conjunction' }).format(
            more === undefined ? items : [...items, more],
          ),
    isLoaded: (wanted, messages) => loaded[wanted].has(messages),
    async load(wanted, messages) {
      known.add(messages);
      const { messages: tree } = await messages[wanted]();
      const prefix = messages.key === undefined ? '' : `${messages.key}.`;
      for (const [key, text] of textsOf(tree, prefix)) texts[wanted].set(key, text);
      loaded[wanted].add(messages);
    },
    async show(next) {
      chosen = next;
      const missing = (): LoadMessages[] => [...known].filter((messages) => !loaded[next].has(messages));
      while (missing().length > 0)
        await Promise.all(missing().map(async (messages) => i18n.load(next, messages))); // oxlint-disable-line no-await-in-loop -- messages that were requested in the meantime
      // Another language was chosen meanwhile.
      if (chosen !== next) return;
      language = next;
      t = translator(texts[next], next);
      document.documentElement.lang = next;
      notify();
    },
    subscribe,
  };
  return i18n;
}

let current: I18n | undefined;

/** Loads the messages that all pages share. A feature adds its own with `addMessages`. */
export async function createI18n(language: Language = preferredLanguage()): Promise<I18n> {
  const i18n = createEmpty(language);
  await i18n.load(language, sharedMessages);
  document.documentElement.lang = language;
  onPreferenceChange('language', () => void i18n.show(preferredLanguage()));
  current = i18n;
  return i18n;
}

/** The messages of this page, for code that is loaded outside React. */
export function currentI18n(): I18n {
  if (current === undefined) throw new TypeError('No messages are loaded.');
  return current;
}

/** Return it from a route's loader, so that the page never shows keys. `undefined` when all are already loaded. */
export function addMessages(
  i18n: I18n,
  ...features: readonly FeatureMessages[]
): Promise<unknown> | undefined {
  const missing = features.filter((feature) => !i18n.isLoaded(i18n.language, feature));
  if (missing.length === 0) return undefined;
  return Promise.all(missing.map(async (feature) => i18n.load(i18n.language, feature)));
}

/** A component that is loaded together with its messages. */
export function lazyWithMessages<Props>(
  i18n: I18n,
  load: () => Promise<{ readonly default: ComponentType<Props> }>,
  messages: FeatureMessages,
) {
  return lazy(async () => {
    const [component] = await Promise.all([load(), addMessages(i18n, messages)]);
    return component;
  });
}

export async function switchLanguage(i18n: I18n, language: Language): Promise<void> {
  storeLanguage(language);
  await i18n.show(language);
}
