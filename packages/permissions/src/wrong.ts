/** The sentence that a compiler error shows for a wrong reference. It is an object type, so that no string satisfies it. */
export interface Wrong<Sentence extends string> {
  readonly wrong: Sentence;
}
