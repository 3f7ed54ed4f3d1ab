/** How a management call failed. */
interface Failure {
  readonly status: number | undefined;
  readonly cause?: unknown;
  /** Default: derived from the status. */
  readonly retryable?: boolean;
  /** Default: none. */
  readonly retryAfter?: number | undefined;
}

/** A management call failed. */
export class PermitApiError extends Error {
  override readonly name = 'PermitApiError';
  /** Stable error code. */
  readonly code = 'PERMIT_API_ERROR';
  /**
   * Permit's HTTP status: 401 for an unknown key, 403 for a key without the scope; `undefined` without a response or
   * with one that is not valid.
   */
  readonly status: number | undefined;
  /** Whether retrying the call may succeed: no valid response, 408, 429 or 5xx. */
  readonly retryable: boolean;
  /** Milliseconds that Permit asks to wait before the next call; `undefined` if it does not. At most 60,000. */
  readonly retryAfter: number | undefined;
  constructor(message: string, { status, cause, retryable = isRetryable(status), retryAfter }: Failure) {
    super(message, { cause });
    this.status = status;
    this.retryable = retryable;
    this.retryAfter = retryAfter;
  }
}

function isRetryable(status: number | undefined): boolean {
  return status === undefined || status === 408 || status === 429 || status >= 500;
}
