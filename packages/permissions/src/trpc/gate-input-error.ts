/** A gate cannot read its part of the procedure's input: a field is missing or malformed. `cause` is the schema's error. */
export class GateInputError extends Error {
  override readonly name = 'GateInputError';
  constructor(options: { readonly cause: unknown }) {
    super('The gate cannot read this input.', options);
  }
}
