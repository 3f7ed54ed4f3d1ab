/**
 * The type of a wrong name: one of `Known`, with the error message. The compiler prints the message, and the editor
 * completes the known names.
 */
export type Wrong<Message extends string, Known = never> = Known | Mistake<Message>;

/** An object type, so that no string satisfies it. */
export interface Mistake<Message extends string> {
  readonly wrong: Message;
}

/** `Known`, if `Name` is one of them. Always includes the known names, for completion in the editor. */
export type KnownName<Name, Known, Kind extends string> = [Name] extends [Known]
  ? Known
  : Wrong<`There is no ${Kind} "${Name & string}".`, Known>;

/** An array of known names. Checked name by name only when one is wrong, because that is slower than checking all at once. */
export type KnownNames<Names, Known, Kind extends string> = Names extends readonly unknown[]
  ? Names[number] extends Known
    ? readonly Known[]
    : { readonly [I in keyof Names]: KnownName<Names[I], Known, Kind> }
  : readonly Known[];

/**
 * Rejects unknown properties: otherwise the compiler ignores a misspelled property of a constant. `unknown` when there
 * are none.
 */
export type NoOther<Given, Definition, Kind extends string> =
  Exclude<keyof Given, keyof Definition> extends never
    ? unknown
    : {
        readonly [K in Exclude<keyof Given, keyof Definition>]?: Refused<
          Given[K],
          `A ${Kind} has no "${K & string}".${DidYouMean<K & string, keyof Definition & string>}`
        >;
      };

/**
 * The message as a type that `Value` does not satisfy. A string type prints best, but only rejects values that are not
 * strings.
 */
export type Refused<Value, Message extends string> = Value extends string ? Mistake<Message> : Message;

type DidYouMean<Name extends string, Known extends string> =
  Similar<Name, Known> extends infer Found extends string
    ? [Found] extends [never]
      ? ''
      : ` Did you mean "${Found}"?`
    : '';

/** The known names that differ from `Name` by one missing, added, replaced or swapped letter. */
type Similar<Name extends string, Known extends string> = Known extends Known
  ? [Extract<Name | Shorter<Name>, Known | Shorter<Known>>] extends [never]
    ? never
    : Known
  : never;

/** All strings that result from removing one letter of `Text`. */
type Shorter<Text extends string, Before extends string = ''> = Text extends `${infer Letter}${infer After}`
  ? `${Before}${After}` | Shorter<After, `${Before}${Letter}`>
  : never;
