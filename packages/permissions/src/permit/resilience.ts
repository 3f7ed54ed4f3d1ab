import {
  BrokenCircuitError,
  circuitBreaker,
  ConsecutiveBreaker,
  ExponentialBackoff,
  handleWhen,
  retry,
  TaskCancelledError,
  wrap,
} from 'cockatiel';
import { PdpOutage } from './pdp-client.ts';

/** Deadline, retries and circuit breaker for calls to the PDP. The defaults are in `decider-defaults.ts`. */
export interface ResilienceOptions {
  /** Milliseconds for one call to the PDP, retries included. Default: 1,000. */
  readonly deadline: number;
  /** Retries after a transient failure, with exponential, jittered pauses (about 20 ms at first, at most 250 ms). Default: 2. */
  readonly retries: number;
  /** Consecutive failures that open the circuit breaker: every call then fails at once. Default: 5. */
  readonly breakAfter: number;
  /** Milliseconds that the circuit breaker stays open; then one call tries the PDP. Default: 1,000. */
  readonly breakFor: number;
}

/** Runs a call to the PDP within the deadline. @throws {PdpOutage} */
export type Resilient = <Result>(call: (signal: AbortSignal) => Promise<Result>) => Promise<Result>;

export function createResilience({ deadline, retries, breakAfter, breakFor }: ResilienceOptions): Resilient {
  const onTransient = handleWhen((error) => error instanceof PdpOutage && error.transient);
  const retrying = retry(onTransient, {
    maxAttempts: retries,
    backoff: new ExponentialBackoff({ initialDelay: 20, maxDelay: 250 }),
  });
  const breaker = circuitBreaker(onTransient, {
    halfOpenAfter: breakFor,
    breaker: new ConsecutiveBreaker(breakAfter),
  });
  const policy = wrap(retrying, breaker);

  return async (call) => {
    const signal = AbortSignal.timeout(deadline);
    try {
      return await policy.execute(() => call(signal), signal);
    } catch (cause) {
      if (cause instanceof BrokenCircuitError) {
        throw new PdpOutage('circuit', { detail: 'it failed repeatedly', cause, transient: true });
      }
      if (cause instanceof TaskCancelledError) {
        throw new PdpOutage('timeout', { detail: `no answer within ${deadline} ms`, cause, transient: true });
      }
      throw cause;
    }
  };
}
