import type { StandardSchemaV1 } from '@standard-schema/spec';

/** A gate's part of the procedure's input is missing or malformed. */
export class GateInputError extends Error {
  override readonly name = 'GateInputError';
  /** The issues that the gate's schema reports. Messages may quote the input, so do not log them. */
  readonly issues: readonly StandardSchemaV1.Issue[];

  constructor(issues: readonly StandardSchemaV1.Issue[]) {
    super('The gate cannot read this input.');
    // Copied, because an issue may reference its whole schema, which loggers cannot serialize.
    this.issues = issues.map(({ message, path }) => ({ message, path }));
  }
}
