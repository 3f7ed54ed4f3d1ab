import {
  BrokenCircuitError,
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  DelegateBackoff,
  ExponentialBackoff,
  handleWhen,
  retry,
  TaskCancelledError,
  type IBackoff,
  type IBackoffFactory,
  type IRetryBackoffContext,
} from 'cockatiel';
import { PdpOutage } from './pdp-client.ts';

/** The defaults are in `decider-defaults.ts`. */
export interface ResilienceOptions {
  /** The deadline of one call to the PDP in milliseconds, including retries. Default: 1,000. */
  readonly deadline: number;
  /**
   * The maximum number of retries after transient failures. A retry waits for a jittered exponential backoff (about 20
   * ms at first, at most 250 ms) plus the PDP's `Retry-After`. If `Retry-After` exceeds the deadline, the call fails
   * immediately. Default: 2.
   */
  readonly retries: number;
  /** The number of consecutive failures that open the circuit breaker. Default: 5. */
  readonly breakAfter: number;
  /** How long calls fail immediately, in milliseconds, before one tries the PDP again. Default: 1,000. */
  readonly breakFor: number;
}

export interface Resilience {
  /** Within the deadline, with retries. Rejects with a `PdpOutage`. */
  readonly resilient: <Result>(call: (signal: AbortSignal) => Promise<Result>) => Promise<Result>;
  readonly isBroken: () => boolean;
}

export function createResilience({ deadline, retries, breakAfter, breakFor }: ResilienceOptions): Resilience {
  const breaker = circuitBreaker(handleWhen(isTransient), {
    halfOpenAfter: breakFor,
    breaker: new ConsecutiveBreaker(breakAfter),
  });
  const retryUntil = (endsAt: number) =>
    retry(
      handleWhen((error) => isTransient(error) && performance.now() + (error.retryAfter ?? 0) < endsAt),
      { maxAttempts: retries, backoff: new DelegateBackoff(pauseAfter) },
    );

  const resilient: Resilience['resilient'] = async (call) => {
    const signal = AbortSignal.timeout(deadline);
    const retrying = retryUntil(performance.now() + deadline);
    try {
      return await retrying.execute(() => breaker.execute(() => call(signal), signal), signal);
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
  return { resilient, isBroken: () => breaker.state === CircuitState.Open };
}

function isTransient(error: unknown): error is PdpOutage {
  return error instanceof PdpOutage && error.transient;
}

const pauses: IBackoffFactory<unknown> = new ExponentialBackoff({ initialDelay: 20, maxDelay: 250 });

/** The wait that the PDP requested, plus a jittered backoff, so that callers do not retry simultaneously. */
function pauseAfter(
  { result }: IRetryBackoffContext<unknown>,
  previous?: IBackoff<unknown>,
): { delay: number; state: IBackoff<unknown> } {
  const asked = 'error' in result && result.error instanceof PdpOutage ? (result.error.retryAfter ?? 0) : 0;
  const state = (previous ?? pauses).next(undefined);
  return { delay: asked + state.duration, state };
}
