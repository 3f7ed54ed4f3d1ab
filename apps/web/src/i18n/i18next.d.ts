import type { enSync } from './locales/en-sync.ts';
import type { en } from './locales/en.ts';

/** Keys and their variables are checked against the English words: a misspelt key does not compile. */
declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: typeof en & { readonly sync: typeof enSync } };
    nsSeparator: false;
  }
}
