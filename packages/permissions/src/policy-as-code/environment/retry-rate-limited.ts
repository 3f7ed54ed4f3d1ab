import { DelegateBackoff, handleWhen, retry } from 'cockatiel';
import { PermitApiError, type CallPermit } from '../../permit/permit-caller.ts';

/** The maximum number of retries of one call. */
const maxRetries = 8;

/** Milliseconds to wait when a 429 has no `Retry-After`. */
const defaultRetryAfter = 1_000;

/**
 * Wraps a caller with retries after a 429. Other failures are not retried: only after a 429 is it certain that Permit
 * did not carry out the call.
 * @param isBackground - whether the process can exit during a wait
 */
export function retryRateLimited(call: CallPermit, isBackground = false): CallPermit {
  const policy = isBackground ? rateLimitRetry.dangerouslyUnref() : rateLimitRetry;
  return (operation, run) => policy.execute(() => call(operation, run));
}

const rateLimitRetry = retry(
  handleWhen((error) => error instanceof PermitApiError && error.status === 429),
  {
    maxAttempts: maxRetries,
    backoff: new DelegateBackoff(({ result }) => ('error' in result ? retryAfter(result.error) : 0)),
  },
);

/** Milliseconds. */
function retryAfter(error: unknown): number {
  return (error instanceof PermitApiError ? error.retryAfter : undefined) ?? defaultRetryAfter;
}
