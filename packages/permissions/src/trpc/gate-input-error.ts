import type { StandardSchemaV1 } from '@standard-schema/spec';

/** A gate cannot read its part of the procedure's input: a field is missing or malformed. */
export class GateInputError extends Error {
  override readonly name = 'GateInputError';
  /** What the gate's schema says is wrong. Messages may quote the input, so they do not belong in a log. */
  readonly issues: readonly StandardSchemaV1.Issue[];

  constructor(issues: readonly StandardSchemaV1.Issue[]) {
    super('The gate cannot read this input.');
    // Copied: an issue of a library may hold its whole schema, which no logger can print.
    this.issues = issues.map(({ message, path }) => ({ message, path }));
  }
}
