import type { Request } from 'express';
import { AppError } from '../../app-error.ts';
import { callerOf } from '../../../authentication/identity.ts';
import type { Authenticate, AuthenticateHeaders } from '../../trpc/context.ts';
import { addressKey } from './address-key.ts';
import type { RateLimits } from './rate-limits.ts';

/**
 * Counts requests without a valid token against their address, and other calls against the caller, who is the viewer in
 * a view as another user. A token is verified only while its address is below its limit. Cached tokens are not verified
 * again, so attackers behind the same address cannot lock out existing users.
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

/** The client's address: behind a proxy in `TRUST_PROXY`, the one that the proxy reports. */
export function addressOf({ ip, socket }: Request): string {
  return addressKey(ip ?? socket.remoteAddress ?? '');
}
