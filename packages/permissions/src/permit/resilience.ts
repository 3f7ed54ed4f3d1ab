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

export interface ResilienceOptions {
  /** Milliseconds that an answer may take in all, retries included. */
  readonly deadline: number;
  /** How often a question is asked again after a transient failure, with growing, jittered pauses. */
  readonly retries: number;
  /** After so many failures in a row the PDP is left alone for a moment, and every question fails at once. */
  readonly breakAfter: number;
  /** How long that moment is, in milliseconds; then one question tries it out. */
  readonly breakFor: number;
}

/** Runs a question of the PDP within the deadline. @throws {PdpOutage} */
export type Resilient = <Answer>(ask: (signal: AbortSignal) => Promise<Answer>) => Promise<Answer>;

export function createResilience({ deadline, retries, breakAfter, breakFor }: ResilienceOptions): Resilient {
  const transient = handleWhen((error) => error instanceof PdpOutage && error.transient);
  const again = retry(transient, {
    maxAttempts: retries,
    backoff: new ExponentialBackoff({ initialDelay: 20, maxDelay: 250 }),
  });
  const breaker = circuitBreaker(transient, {
    halfOpenAfter: breakFor,
    breaker: new ConsecutiveBreaker(breakAfter),
  });
  const policy = wrap(again, breaker);

  return async (ask) => {
    const signal = AbortSignal.timeout(deadline);
    try {
      return await policy.execute(() => ask(signal), signal);
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
