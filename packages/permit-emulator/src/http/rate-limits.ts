import type { MiddlewareHandler } from 'hono';
import type { Clock } from '../clock.ts';

/** At most `count` matching requests in each window, for each caller. */
interface RateLimit {
  readonly count: number;
  readonly seconds: number;
  readonly matches: (method: string, path: string) => boolean;
}

const isBulk = (path: string): boolean => path.includes('/bulk/') || path.endsWith('/bulk');
const isWrite = (method: string): boolean => method === 'POST' || method === 'PUT' || method === 'PATCH';

/** The free plan's limits of the management API, in their stricter documented form. */
export const freePlan: readonly RateLimit[] = [
  { count: 300, seconds: 60, matches: isWrite },
  { count: 60, seconds: 60, matches: (method) => method === 'DELETE' },
  { count: 100, seconds: 600, matches: (method, path) => method !== 'GET' && isBulk(path) },
];

/** The limits of the PDP that Permit hosts. */
export const hostedPdp: readonly RateLimit[] = [
  { count: 1000, seconds: 60, matches: (_, path) => path === '/allowed' },
  { count: 200, seconds: 60, matches: (_, path) => path === '/allowed/bulk' },
];

/** A caller's requests under one limit. */
interface Window {
  readonly endsAt: number;
  used: number;
}

/** Answers 429 to a request above a limit. A caller is an API key. Windows go by the emulator's clock. */
export function limitRates(limits: readonly RateLimit[], clock: Pick<Clock, 'now'>): MiddlewareHandler {
  const windows = limits.map(() => new Map<string, Window>());

  return async ({ req }, next) => {
    const now = clock.now().getTime();
    const caller = req.header('authorization') ?? '';
    for (const [index, { count, seconds, matches }] of limits.entries()) {
      if (!matches(req.method, req.path)) continue;
      const open = windows[index]?.get(caller);
      const window =
        open === undefined || open.endsAt <= now ? { endsAt: now + seconds * 1000, used: 0 } : open;
      windows[index]?.set(caller, window);
      window.used++;
      if (window.used > count) return tooMany(`${count} requests in ${seconds} s`, window.endsAt - now);
    }
    return next();
  };
}

function tooMany(limit: string, milliseconds: number): Response {
  return Response.json(
    { error: 'rate_limited', message: `The limit is ${limit}` },
    { status: 429, headers: { 'retry-after': String(Math.ceil(milliseconds / 1000)) } },
  );
}
