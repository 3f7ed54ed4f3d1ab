import pThrottle from 'p-throttle';
import type { CallPermit } from '../../permit/permit-caller.ts';
import { retryRateLimited } from '../environment/retry-rate-limited.ts';

/** Callers that stay within Permit's rate limits and retry after a 429. */
export interface ThrottledCaller {
  /** Not throttled. */
  readonly read: CallPermit;
  readonly write: CallPermit;
  readonly remove: CallPermit;
}

/**
 * Calls per minute: the lowest limit that Permit has documented (https://docs.permit.io/api/api-with-cli, "Rate
 * Limiting").
 */
const callsPerMinute = { writes: 300, removals: 60 } as const;

export function createThrottledCaller(call: CallPermit): ThrottledCaller {
  const retrying = retryRateLimited(call);
  const throttled = (limit: number): CallPermit => {
    const waitForTurn = pThrottle({ limit, interval: 60_000, strict: true })(() => Promise.resolve());
    return async (operation, run) => {
      await waitForTurn();
      return retrying(operation, run);
    };
  };
  return {
    read: retrying,
    write: throttled(callsPerMinute.writes),
    remove: throttled(callsPerMinute.removals),
  };
}
