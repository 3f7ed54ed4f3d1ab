import { createHash } from 'node:crypto';
import type { Context, Next } from 'koa';

const tagOf = (body: string): string => createHash('sha1').update(body).digest('base64url');

/** Logto shows IPv4 addresses in IPv6 notation, because it listens on both. */
export async function ipv6Address(ctx: Context, next: Next): Promise<void> {
  if (/^\d+\./.test(ctx.ip)) ctx.request.ip = `::ffff:${ctx.ip}`;
  await next();
}

function revalidate(ctx: Context): void {
  if (ctx.status !== 200 || !ctx.fresh) return;
  ctx.status = 304;
  ctx.body = null;
}

/** As in Logto, only successful reads of the API get an `etag`; in OIDC, all reads do. */
export async function cacheHeaders(ctx: Context, next: Next): Promise<void> {
  await next();
  ctx.vary('Accept-Encoding');
  const isApi = ctx.path.startsWith('/api');
  if (isApi) ctx.vary('Origin');
  if (ctx.method !== 'GET' || !isApi || ctx.status !== 200 || ctx.body == null) return;
  ctx.etag = tagOf(JSON.stringify(ctx.body));
  revalidate(ctx);
}

export async function oidcCacheHeaders(ctx: Context, next: Next): Promise<void> {
  const { method } = ctx;
  await next();
  const { vary, etag } = ctx.response.headers;
  ctx.set('vary', vary === undefined ? 'Accept-Encoding' : `Accept-Encoding, ${vary}`);
  if (method !== 'GET' || ctx.status === 404 || ctx.body == null || etag !== undefined) return;
  ctx.etag = tagOf(JSON.stringify(ctx.body));
  revalidate(ctx);
}
