import type { enSync } from '../features/sync/messages.en.ts';
import type { en } from './messages.en.ts';

/** Another language's words: the same keys, with the plural forms that the language has (Korean has one). */
type Translated<T> = {
  readonly [K in keyof T as K extends `${string}_one` ? never : K]: T[K] extends string
    ? string
    : Translated<T[K]>;
};

export type Locale = Translated<typeof en>;
export type SyncLocale = Translated<typeof enSync>;
