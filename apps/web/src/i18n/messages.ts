import type { messages } from './messages.en.ts';

type SharedMessages = typeof messages;

/**
 * Every message, by key. A feature adds its own, under its name, in its `messages.en.ts`. `t()` accepts only keys of
 * this interface: a misspelled key, or one of an unknown feature, does not compile.
 */
// oxlint-disable-next-line typescript/no-empty-object-type -- the features add to it
export interface Messages extends SharedMessages {}

/** The same keys in another language, with that language's plural forms (Korean has one). */
export type Translated<English> = {
  readonly [Key in keyof English as Key extends `${string}_one` ? never : Key]: English[Key] extends string
    ? string
    : Translated<English[Key]>;
};
