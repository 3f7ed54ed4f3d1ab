/**
 * What a wrong name should have been: one of `Known`, with the sentence that says what is wrong. The compiler prints the
 * sentence, and the editor completes the known names.
 */
export type Wrong<Sentence extends string, Known = never> = Known | Mistake<Sentence>;

/** An object type, so that no string satisfies it. */
export interface Mistake<Sentence extends string> {
  readonly wrong: Sentence;
}

/** `Known`, when `Name` is one of them. The names that exist are always there, for the editor's completion. */
export type KnownName<Name, Known, Kind extends string> = [Name] extends [Known]
  ? Known
  : Wrong<`There is no ${Kind} "${Name & string}".`, Known>;

/** A list of known names. It is checked at once, and name by name only when one is wrong: that is what takes long. */
export type KnownNames<Names, Known, Kind extends string> = Names extends readonly unknown[]
  ? Names[number] extends Known
    ? readonly Known[]
    : { readonly [I in keyof Names]: KnownName<Names[I], Known, Kind> }
  : readonly Known[];

/**
 * Refuses the properties that a definition does not have. Without it the compiler ignores a misspelled property of a
 * constant. `unknown` when there are none.
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

/** The sentence as a type that `Value` does not have. A string type is printed best, but only a value that is no string is refused by it. */
export type Refused<Value, Sentence extends string> = Value extends string ? Mistake<Sentence> : Sentence;

type DidYouMean<Name extends string, Known extends string> =
  Similar<Name, Known> extends infer Found extends string
    ? [Found] extends [never]
      ? ''
      : ` Did you mean "${Found}"?`
    : '';

/** The known names from which `Name` differs by one letter that is missing, added, other or swapped. */
type Similar<Name extends string, Known extends string> = Known extends Known
  ? [Extract<Name | Shorter<Name>, Known | Shorter<Known>>] extends [never]
    ? never
    : Known
  : never;

/** All texts that `Text` becomes when one letter is taken out. */
type Shorter<Text extends string, Before extends string = ''> = Text extends `${infer Letter}${infer After}`
  ? `${Before}${After}` | Shorter<After, `${Before}${Letter}`>
  : never;
