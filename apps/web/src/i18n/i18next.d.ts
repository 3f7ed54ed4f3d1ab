import type { enSync } from '../features/sync/messages.en.ts';
import type { en } from './messages.en.ts';

/** Keys and their variables are checked against the English words: a misspelt key does not compile. */
declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: typeof en & { readonly sync: typeof enSync } };
    nsSeparator: false;
  }
}
