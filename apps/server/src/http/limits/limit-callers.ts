import type { Request } from 'express';
import { AppError } from '../../app-error.ts';
import { callerOf } from '../../auth/identity.ts';
import type { Authenticate, AuthenticateHeaders } from '../../trpc/context.ts';
import { addressKey } from './address-key.ts';
import type { RateLimits } from './rate-limits.ts';

/**
 * Counts requests without a valid token against the address that they come from, and the calls of the others against the
 * caller, who in a view as somebody else is the one who looks. A token is verified only when its address has something left. A token that was
 * verified before is not examined again, so strangers behind the same address keep nobody out who was there before them.
 * @throws as `authenticate`, and {AppError} `RATE_LIMITED`
 */
export function limitCallers(
  authenticate: AuthenticateHeaders,
  { strangers, calls: callsOf }: Pick<RateLimits, 'strangers' | 'calls'>,
): Authenticate {
  return async ({ request, response, calls }) => {
    const address = addressOf(request);
    let isCounted = false;
    const countStranger = async (): Promise<void> => {
      isCounted = true;
      await strangers.take(address, response);
    };
    const caller = await authenticate(request.headers, countStranger).catch(async (error: unknown) => {
      const isStranger = error instanceof AppError && (error.status === 401 || error.status === 429);
      if (isStranger && !isCounted) await countStranger();
      if (!isStranger && isCounted) await strangers.giveBack(address);
      throw error;
    });
    if (isCounted) await strangers.giveBack(address);
    await callsOf.take(callerOf(caller.identity).subject, response, calls);
    return caller;
  };
}

/** The client's address: behind a proxy that `TRUST_PROXY` names, the one that it has seen. */
export function addressOf({ ip, socket }: Request): string {
  return addressKey(ip ?? socket.remoteAddress ?? '');
}
