/**
 * Why a list cannot be planned: `unsupported_decider` (the decider has no `list`), `unsupported_pdp` (the PDP lacks an
 * API that the plan needs), `unsupported_condition` (plans cannot express the condition), `unknown_relation`,
 * `too_many_keys` (more than `maxListKeys`), `missing_column` (the plan needs a column that was not given),
 * `unsuitable_column` (the column cannot hold the plan's values).
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
 * The list cannot be expressed as a database condition. It fails closed: no rows are listed. This is a programming or
 * configuration error, so the same call fails again. The message names the cause.
 */
export class ListNotPlannableError extends Error {
  override readonly name = 'ListNotPlannableError';
  /** Stable error code. */
  readonly code = 'LIST_NOT_PLANNABLE';
  /** Why it cannot be planned. */
  readonly reason: NotPlannable;
  constructor(reason: NotPlannable, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}
