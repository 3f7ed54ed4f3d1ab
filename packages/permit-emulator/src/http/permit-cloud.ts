import type { MiddlewareHandler } from 'hono';
import type { Clock } from '../clock.ts';

/* Only Permit's cloud limits rates, and its hosted PDP decides without conditions. */

/** The most requests of one caller. */
interface RateLimit {
  readonly count: number;
  readonly seconds: number;
  readonly matches: (method: string, path: string) => boolean;
}

const isBulk = (path: string): boolean => path.includes('/bulk/') || path.endsWith('/bulk');
const isWrite = (method: string): boolean => method === 'POST' || method === 'PUT' || method === 'PATCH';

/** The stricter of the documented limits. */
export const freePlan: readonly RateLimit[] = [
  { count: 300, seconds: 60, matches: isWrite },
  { count: 60, seconds: 60, matches: (method) => method === 'DELETE' },
  { count: 100, seconds: 600, matches: (method, path) => method !== 'GET' && isBulk(path) },
];

export const hostedPdp: readonly RateLimit[] = [
  { count: 1000, seconds: 60, matches: (_, path) => path === '/allowed' },
  { count: 200, seconds: 60, matches: (_, path) => path === '/allowed/bulk' },
];

interface Window {
  readonly endsAt: number;
  used: number;
}

/** Counts by API key, in windows of the emulator's clock. */
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

const served = new Set([
  '/health',
  '/healthy',
  '/ready',
  '/allowed',
  '/allowed/bulk',
  '/allowed/all-tenants',
  '/user-permissions',
  '/authorized_users',
]);

/** The hosted PDP has no conditions, which alone use attributes. */
export const refuseConditions: MiddlewareHandler = async ({ req }, next) => {
  if (!served.has(req.path)) return Response.json({ detail: 'Not Found' }, { status: 404 });
  if (req.method !== 'POST') return next();
  const body: unknown = await req.json().catch(() => undefined);
  const questions: unknown[] = Array.isArray(body) ? body : [body];
  if (!questions.some(needsConditions)) return next();
  const detail = 'Attribute-based rules are not supported by the hosted PDP: run a PDP of your own';
  return Response.json({ error: 'not_implemented', detail }, { status: 501 });
};

function needsConditions(question: unknown): boolean {
  const context = fieldsOf(fieldsOf(question)['context']);
  const asked = Object.entries(context).some(
    ([key, flag]) => key.startsWith('enable_abac_') && flag === true,
  );
  return asked || ['user', 'resource'].some((part) => hasAttributes(fieldsOf(question)[part]));
}

function hasAttributes(part: unknown): boolean {
  return Object.keys(fieldsOf(fieldsOf(part)['attributes'])).length > 0;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
