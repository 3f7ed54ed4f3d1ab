/**
 * The expected type where a name is wrong: `Known`, and a `Mistake` with the error message. The compiler prints the
 * message, and editors suggest the known names.
 */
export type Wrong<Message extends string, Known = never> = Known | Mistake<Message>;

/** A type that carries an error message. It is an object type, so that no string satisfies it. */
export interface Mistake<Message extends string> {
  readonly wrong: Message;
}

/**
 * `Known` if `Name` is one of them; otherwise `Wrong`, which also includes the known names, for completion in editors.
 */
export type KnownName<Name, Known, Kind extends string> = [Name] extends [Known]
  ? Known
  : Wrong<`There is no ${Kind} "${Name & string}".`, Known>;

/**
 * An array of known names. The names are checked together, and one by one only when one is wrong, because that is
 * slower.
 */
export type KnownNames<Names, Known, Kind extends string> = Names extends readonly unknown[]
  ? Names[number] extends Known
    ? readonly Known[]
    : { readonly [I in keyof Names]: KnownName<Names[I], Known, Kind> }
  : readonly Known[];

/**
 * Rejects unknown properties, because the compiler otherwise ignores a misspelled property of a constant. `unknown`
 * when all properties are known.
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
 * The message as a type that `Value` does not satisfy. The compiler prints a string type best, but it does not reject
 * strings.
 */
export type Refused<Value, Message extends string> = Value extends string ? Mistake<Message> : Message;

type DidYouMean<Name extends string, Known extends string> =
  Similar<Name, Known> extends infer Found extends string
    ? [Found] extends [never]
      ? ''
      : ` Did you mean "${Found}"?`
    : '';

/**
 * The known names that differ from `Name` by one letter that is missing, added or replaced, or by two that are swapped.
 */
type Similar<Name extends string, Known extends string> = Known extends Known
  ? [Extract<Name | Shorter<Name>, Known | Shorter<Known>>] extends [never]
    ? never
    : Known
  : never;

/** All strings that result from removing one letter of `Text`. */
type Shorter<Text extends string, Before extends string = ''> = Text extends `${infer Letter}${infer After}`
  ? `${Before}${After}` | Shorter<After, `${Before}${Letter}`>
  : never;
