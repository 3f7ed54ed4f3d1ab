import type { Context, Hono } from 'hono';
import type { Environment } from '../model/environment.ts';
import { environmentOf, type PdpDeps } from './pdp-context.ts';

/** The writes that the PDP waits for. */
const waited = [
  /^POST \/users$/,
  /^(PUT|PATCH) \/users\/[^/]+$/,
  /^(POST|DELETE) \/users\/[^/]+\/roles$/,
  /^POST \/tenants$/,
  /^(POST|DELETE) \/role_assignments$/,
  /^POST \/resource_instances$/,
  /^PATCH \/resource_instances\/[^/]+$/,
  /^POST \/relationship_tuples$/,
];

/** Seconds. */
const DEFAULT_WAIT = 10;

interface Wait {
  /** Milliseconds; `undefined` means without limit. */
  readonly timeout: number | undefined;
  /** After a timeout, the response is sent anyway, or the request fails with 424. */
  readonly policy: 'fail' | 'ignore';
}

function refuse(detail: string): Response {
  return Response.json({ detail }, { status: 400 });
}

function readWait(headers: Headers): Response | Wait {
  const text = headers.get('x-wait-timeout') ?? String(DEFAULT_WAIT);
  const seconds = Number(text);
  if (Number.isNaN(seconds)) return refuse(`Invalid X-Wait-timeout header, expected float, got '${text}'`);
  const given = headers.get('x-timeout-policy') ?? 'ignore';
  const policy = given.toLowerCase();
  if (policy !== 'ignore' && policy !== 'fail') {
    return refuse(`Invalid X-Timeout-Policy header, expected one of ['ignore', 'fail'], got '${given}'`);
  }
  return { timeout: text === '' || seconds < 0 ? undefined : seconds * 1000, policy };
}

/** `path` is the part after `/v2/facts/{p}/{e}`. */
async function forward(
  context: Context,
  { api, env, path }: { api: Hono; env: Environment; path: string },
): Promise<Response> {
  const { req } = context;
  const isWaitedFor = waited.some((route) => route.test(`${req.method} ${path}`));
  const wait = isWaitedFor ? readWait(req.raw.headers) : undefined;
  if (wait instanceof Response) return wait;
  const { project_id, environment_id } = env.scope;
  const url = new URL(req.url);
  url.pathname = `/v2/facts/${project_id}/${environment_id}${path}`;
  // Like the PDP, which needs to know what was deleted: returns 200 with the assignment.
  if (isWaitedFor && req.method === 'DELETE') url.searchParams.set('return_deleted', 'true');
  const body = await req.text();
  const response = await api.fetch(
    new Request(url, {
      method: req.method,
      headers: { authorization: req.header('authorization') ?? '' },
      ...(body !== '' && { body }),
    }),
  );
  if (wait === undefined || !response.ok) return response;
  if (!(await env.propagation.whenPropagated(wait.timeout)) && wait.policy === 'fail') {
    return Response.json({ detail: 'Timeout waiting for update to be received' }, { status: 424 });
  }
  return response;
}

export function mountFactsProxy(app: Hono, { account, api }: PdpDeps): void {
  const environment = (context: Context): Environment =>
    environmentOf(account(), context.req.header('authorization'));
  app.all('/facts/*', (context) => {
    const env = environment(context);
    return forward(context, { api, env, path: context.req.path.slice('/facts'.length) });
  });
  app.all('/v2/facts/:p/:e/*', (context) => {
    const env = environment(context);
    const [, path = ''] = /^\/v2\/facts\/[^/]+\/[^/]+(\/.*)$/.exec(context.req.path) ?? [];
    return forward(context, { api, env, path });
  });
}
