import type { Messages } from './messages.ts';
import { particle, particleAfter } from './particle.ts';

/** The messages of one language by their full key, for example `landing.matrix.caption`. */
export type Texts = ReadonlyMap<string, string>;

/** Flattens a tree of messages to full keys. A name in the tree may contain dots: `User.Created`. */
export function textsOf(tree: object, prefix = ''): (readonly [string, string])[] {
  return Object.entries(tree).flatMap(([name, value]: [string, unknown]) => {
    if (typeof value === 'string') return [[`${prefix}${name}`, value] as const];
    return typeof value === 'object' && value !== null ? textsOf(value, `${prefix}${name}.`) : [];
  });
}

/** Characters that reorder the text after them, for example in a name. */
const directionMarks = /[\u202a-\u202e\u2066-\u2069]/g;

/**
 * Translates with the messages of one language. A message has its variables as `{{name}}`, and a localized number as
 * `{{count, number}}`. With a `count`, uses the language's plural form (`key_one`, `key_other`), or `key_zero` if it
 * exists and the count is 0. A Korean particle after a variable is written with both forms, such as `{{name}}을(를)`.
 * An unknown key is returned unchanged.
 */
export function translator(texts: Texts, language: string): Translate {
  const plurals = new Intl.PluralRules(language);
  const numbers = new Intl.NumberFormat(language);
  const textOf = (key: string, count: unknown): string => {
    if (typeof count !== 'number') return texts.get(key) ?? key;
    const none = count === 0 ? texts.get(`${key}_zero`) : undefined;
    return none ?? texts.get(`${key}_${plurals.select(count)}`) ?? texts.get(key) ?? key;
  };
  return (key: string, values: Readonly<Record<string, unknown>> = {}) =>
    textOf(key, values['count']).replaceAll(variable, (_, ...found: (string | undefined)[]) => {
      const [name = '', number, quotes = '', written] = found;
      const shown = show(values[name], number !== undefined);
      return shown + quotes + (written === undefined ? '' : particleAfter(shown, written));
    });

  function show(value: unknown, isFormatted: boolean): string {
    if (typeof value === 'number') return isFormatted ? numbers.format(value) : String(value);
    return typeof value === 'string' ? value.replaceAll(directionMarks, '') : '';
  }
}

const variable = new RegExp(String.raw`\{\{(\w+)(, number)?\}\}(?:${particle.source})?`, 'g');

type PluralForm = 'zero' | 'one' | 'other';

type KeysOf<Tree> = {
  [Name in keyof Tree & string]: Tree[Name] extends string
    ? Name extends `${infer Key}_${PluralForm}`
      ? Key
      : Name
    : `${Name}.${KeysOf<Tree[Name]>}`;
}[keyof Tree & string];

/** The key of a message; its plural forms share one. */
export type MessageKey = KeysOf<Messages>;

/** The message of a key, as a type. For a plural: the form that every language has, plus a plural marker. */
type TextAt<Tree, Key extends string> = Key extends keyof Tree
  ? Tree[Key]
  : `${Key}_other` extends keyof Tree
    ? Tree[`${Key}_other`] | '{{count, number}}'
    : Key extends `${infer Name}.${infer Rest}`
      ? Name extends keyof Tree
        ? TextAt<Tree[Name], Rest>
        : never
      : never;

type PlaceholdersIn<Text> = Text extends `${string}{{${infer Placeholder}}}${infer Rest}`
  ? Placeholder | PlaceholdersIn<Rest>
  : never;

type ValuesFor<Placeholder extends string> = {
  readonly [
    Name in Placeholder as Name extends `${infer Variable}, number` ? Variable : Name
  ]: Name extends `${string}, number` ? number : string | number;
};

/**
 * The values that a message needs. Extra values are allowed, because the key may be one of two messages with different
 * variables.
 */
type ValuesOf<Placeholder extends string> = [Placeholder] extends [never]
  ? [values?: Readonly<Record<string, unknown>>]
  : [values: ValuesFor<Placeholder> & Readonly<Record<string, unknown>>];

/** Translates a key. A misspelled key, or a missing variable, does not compile. */
export type Translate = <Key extends MessageKey>(
  key: Key,
  ...values: ValuesOf<PlaceholdersIn<TextAt<Messages, Key>>>
) => string;
