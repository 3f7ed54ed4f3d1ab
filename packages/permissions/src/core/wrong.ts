/** Where a name is wrong: editors suggest `Known`, and the compiler prints the message of the `Mistake`. */
export type Wrong<Message extends string, Known = never> = Known | Mistake<Message>;

/** Carries an error message. An object type, so that no string satisfies it. */
export interface Mistake<Message extends string> {
  readonly wrong: Message;
}

export type KnownName<Name, Known, Kind extends string> = [Name] extends [Known]
  ? Known
  : Wrong<`There is no ${Kind} "${Name & string}".`, Known>;

/** Checks the names together, and one by one only when one is wrong, because that is slower. */
export type KnownNames<Names, Known, Kind extends string> = Names extends readonly unknown[]
  ? Names[number] extends Known
    ? readonly Known[]
    : { readonly [I in keyof Names]: KnownName<Names[I], Known, Kind> }
  : readonly Known[];

/** Rejects unknown properties: the compiler ignores a misspelled property of a constant. */
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
 * The message as a type that `Value` does not satisfy. The compiler prints string types best, but strings satisfy them.
 */
export type Refused<Value, Message extends string> = Value extends string ? Mistake<Message> : Message;

export type DidYouMean<Name extends string, Known extends string> =
  Similar<Name, Known> extends infer Found extends string
    ? [Found] extends [never]
      ? ''
      : ` Did you mean "${Found}"?`
    : '';

/** One letter missing, added or replaced, or two swapped. */
type Similar<Name extends string, Known extends string> = Known extends Known
  ? [Extract<Name | Shorter<Name>, Known | Shorter<Known>>] extends [never]
    ? never
    : Known
  : never;

type Shorter<Text extends string, Before extends string = ''> = Text extends `${infer Letter}${infer After}`
  ? `${Before}${After}` | Shorter<After, `${Before}${Letter}`>
  : never;
