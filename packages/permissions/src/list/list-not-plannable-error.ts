/**
 * Why a list cannot be planned: `unsupported_decider` (the decider has no `list`), `unsupported_pdp` (the PDP does not have
 * what the plan needs), `unsupported_condition` (a condition that no plan expresses), `unknown_relation`,
 * `too_many_keys` (more than `maxListKeys`), `missing_column` (the plan needs a column that was not given),
 * `unsuitable_column` (the column cannot hold the values of the plan).
 */
export type NotPlannable =
  | 'unsupported_decider'
  | 'unsupported_pdp'
  | 'unsupported_condition'
  | 'unknown_relation'
  | 'too_many_keys'
  | 'missing_column'
  | 'unsuitable_column';

/**
 * The list cannot become a condition for the database. Nothing is listed then, never too much. It is a mistake in the
 * program or its set-up: the same call fails again. The message names what is in the way.
 */
export class ListNotPlannableError extends Error {
  override readonly name = 'ListNotPlannableError';
  /** Stable, for programs. */
  readonly code = 'LIST_NOT_PLANNABLE';
  /** What kind of obstacle it is. */
  readonly reason: NotPlannable;
  constructor(reason: NotPlannable, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}
