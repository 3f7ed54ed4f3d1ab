import { DelegateBackoff, handleWhen, retry } from 'cockatiel';
import pThrottle from 'p-throttle';
import { z } from 'zod';
import { PermitApiError, type CallPermit } from '../../permit/permit-caller.ts';

/** Patient calls that also wait for their turn. */
export interface PacedCaller {
  readonly write: CallPermit;
  readonly remove: CallPermit;
}

/** Calls a minute: the lower of the limits that Permit has documented at one time or another. */
const limits = { writes: 300, removals: 60 } as const;

/** Milliseconds that a `Retry-After` is followed at most. */
const longestWait = 60_000;

/** The same calls, made again when Permit says that they came too soon. */
export function patient(call: CallPermit): CallPermit {
  return (what, run) => patience.execute(() => call(what, run));
}

export function createPacedCaller(call: CallPermit): PacedCaller {
  const again = patient(call);
  const inTurn = (limit: number): CallPermit => {
    const turn = pThrottle({ limit, interval: 60_000, strict: true })(() => Promise.resolve());
    return async (what, run) => {
      await turn();
      return again(what, run);
    };
  };
  return { write: inTurn(limits.writes), remove: inTurn(limits.removals) };
}

/** Only a refusal for coming too soon (429) is certain not to have been carried out. */
const patience = retry(
  handleWhen((error) => error instanceof PermitApiError && error.status === 429),
  {
    maxAttempts: 8,
    backoff: new DelegateBackoff(({ result }) => ('error' in result ? retryAfter(result.error) : 0)),
  },
);

/** The SDK's error is the cause, and carries the answer with its headers; seconds, as Permit's API sends them. */
const Limited = z.object({
  cause: z.object({
    response: z.object({ headers: z.object({ 'retry-after': z.coerce.number().nonnegative() }) }),
  }),
});

/** Milliseconds; a second when Permit does not say. */
function retryAfter(error: unknown): number {
  const limited = Limited.safeParse(error);
  const seconds = limited.data?.cause.response.headers['retry-after'] ?? 1;
  return Math.min(seconds * 1000, longestWait);
}
