import type { Request } from 'express';
import type { Pool } from 'pg';
import { limitedAs } from '../../../authentication/identity.ts';
import { AppError } from '../../app-error.ts';
import type { Authenticate, AuthenticateHeaders } from '../../trpc/context.ts';
import { createMemoryLimit, createSharedLimit, type RateLimit } from './rate-limit.ts';
import { isIP } from 'node:net';

/** Maximum requests per minute, unless stated otherwise; 0 for no limit. */
export interface RateLimitSettings {
  /** Per address: requests without a valid token. Each replica counts alone. */
  readonly strangers: number;
  /** Per address above that limit, and second: invalid tokens whose signature is verified. Each replica counts alone. */
  readonly verifications: number;
  /** Per user or machine: calls. Each replica counts alone. */
  readonly calls: number;
  /** Per user or machine: mutations. All replicas count together. */
  readonly changes: number;
  /** Per user or machine: exported files. All replicas count together. */
  readonly exports: number;
  /**
   * Per address: deliveries with an invalid signature. Valid deliveries are never refused. Each replica counts alone.
   */
  readonly deliveries: number;
}

/** The default limits, far above what a person needs. */
export const rateLimits: RateLimitSettings = {
  strangers: 3_000,
  verifications: 5,
  calls: 60_000,
  changes: 600,
  exports: 30,
  deliveries: 6_000,
};

export const noRateLimits: RateLimitSettings = {
  strangers: 0,
  verifications: 0,
  calls: 0,
  changes: 0,
  exports: 0,
  deliveries: 0,
};

export type RateLimits = ReturnType<typeof createRateLimits>;

/** Limits for cheap calls count in memory, because a query would cost more than the call. */
export function createRateLimits(settings: RateLimitSettings, pool: Pool) {
  const of = (name: keyof RateLimitSettings) => ({ name, max: settings[name] });
  return {
    strangers: createMemoryLimit(of('strangers')),
    verifications: createMemoryLimit({ ...of('verifications'), window: 1 }),
    calls: createMemoryLimit(of('calls')),
    deliveries: createMemoryLimit(of('deliveries')),
    changes: createSharedLimit(of('changes'), pool),
    exports: createSharedLimit(of('exports'), pool),
  } satisfies Record<keyof RateLimitSettings, unknown>;
}

/**
 * Counts requests without a valid token against their address, other calls against the caller: in a view, the viewer.
 * Cached tokens are not verified again, so attackers behind the same address cannot lock out existing users. Users with a
 * new token share a small budget with attackers whose tokens look valid.
 * @throws as `authenticate`, and {AppError} `RATE_LIMITED`
 */
export function limitCallers(
  authenticate: AuthenticateHeaders,
  { strangers, verifications, calls: callsOf }: Pick<RateLimits, 'strangers' | 'verifications' | 'calls'>,
): Authenticate {
  return async ({ request, response, calls, organization }) => {
    const address = addressOf(request);
    let counted: RateLimit | undefined;
    const countVerification = async (): Promise<void> => {
      counted = (await strangers.isUsedUp(address)) ? verifications : strangers;
      await counted.consume(address, response);
    };
    const options = { beforeVerification: countVerification, organization };
    const caller = await authenticate(request.headers, options).catch(async (error: unknown) => {
      const isStranger = error instanceof AppError && (error.status === 401 || error.status === 429);
      if (!isStranger) await counted?.refund(address);
      else if (counted === undefined) await strangers.consume(address, response);
      throw error;
    });
    await counted?.refund(address);
    await callsOf.consume(limitedAs(caller.identity), response, calls);
    return caller;
  };
}

/** The client's address: behind a proxy in `TRUST_PROXY`, the one that the proxy reports. */
export function addressOf({ ip, socket }: Request): string {
  return addressKey(ip ?? socket.remoteAddress ?? '');
}

/**
 * An IPv4 address, or the /64 of an IPv6 address, because a host is assigned a whole /64. An IPv4-mapped address
 * (`::ffff:192.0.2.1`) counts as IPv4.
 * @internal exported for tests
 */
export function addressKey(address: string): string {
  const [plain = ''] = address.split('%');
  const [, mapped] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain) ?? [];
  if (mapped !== undefined) return mapped;
  if (isIP(plain) !== 6) return plain;
  // The URL parser normalizes the address: zeros compressed, no dotted IPv4 suffix.
  const [before = '', after] = new URL(`http://[${plain}]`).hostname.slice(1, -1).split('::');
  const head = before === '' ? [] : before.split(':');
  const tail = after?.split(':') ?? [];
  const gap = Array.from({ length: 8 - head.length - tail.length }, () => '0');
  return `${[...head, ...gap, ...tail].slice(0, 4).join(':')}::/64`;
}
