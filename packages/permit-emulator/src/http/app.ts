import { Hono, type Context, type MiddlewareHandler } from 'hono';
import { errorDetails, NotInEmulator, PermitError, ValidationError } from '../errors.ts';
import type { Account, ApiKeyRecord } from '../model/account.ts';
import type { DecisionLog } from '../pdp/decision-log.ts';
import { routes } from '../routes/all-routes.ts';

/** Throws `UNAUTHORIZED` (401). */
function authenticate(account: Account, header: string | null): ApiKeyRecord {
  const [, secret] = /^Bearer\s+(\S+)\s*$/i.exec(header ?? '') ?? [];
  const key = secret === undefined ? undefined : account.keyOf(secret);
  if (key === undefined) throw new PermitError('UNAUTHORIZED', 'Unauthorized', 'Invalid or missing API key');
  return key;
}

export function errorResponse(error: unknown): Response {
  if (error instanceof ValidationError) return Response.json({ detail: error.detail }, { status: 422 });
  const known =
    error instanceof PermitError
      ? error
      : new PermitError(
          'UNEXPECTED_ERROR',
          'Unexpected error',
          error instanceof Error ? error.message : String(error),
        );
  return Response.json(errorDetails(known), { status: known.status });
}

interface ApiDeps {
  /** Called for every request, because `reset()` replaces the account. */
  readonly account: () => Account;
  readonly decisions: DecisionLog;
  readonly limits?: MiddlewareHandler | undefined;
}

function matchesTemplate(path: string, template: string): boolean {
  return new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path);
}

/** Paths that only the real Permit has. They get 501, so that nobody looks for a mistake in the path. */
const absent = new RegExp(
  `^/v2/(?:${[
    'activity|audit-log-replay|auth/(?!elements_login_as$).+|deprecated|elements|history|policy_guards',
    'api-key/[^/]+/rotate-secret|internal/opal_data|orgs/active/org|orgs/[^/]+/(?:invites|stats)|members/[^/]+',
    'projects/[^/]+/(?:repos|[^/]+/opal_scope|envs/[^/]+/(?:copy/async|test_jwks))',
    'facts/[^/]+/[^/]+/(?:access_requests|email_configurations|email_templates)',
    'schema/[^/]+/[^/]+/(?:bulk/roles|groups|.+/(?:ancestors|descendants|parents|possible_parents))',
    'pdps/[^/]+/[^/]+/configs',
  ].join('|')})(?:/|$)`,
);

/** 501 for what only the real Permit has; otherwise FastAPI's 405 or 404. */
function unknownRoute({ req }: Context): Response {
  if (absent.test(req.path)) return errorResponse(new NotInEmulator(`${req.method} ${req.path}`));
  return routes.some((route) => matchesTemplate(req.path, route.path))
    ? Response.json({ detail: 'Method Not Allowed' }, { status: 405 })
    : Response.json({ detail: 'Not Found' }, { status: 404 });
}

export function createApiApp({ account, decisions, limits }: ApiDeps): Hono {
  const app = new Hono();
  app.onError(errorResponse);
  app.notFound(unknownRoute);
  if (limits !== undefined) app.use(limits);
  for (const route of routes) {
    app.on(route.method, route.path.replaceAll(/\{(\w+)\}/g, ':$1'), async ({ req }) => {
      const reply = await route.handle({
        account: account(),
        decisions,
        key: authenticate(account(), req.header('authorization') ?? null),
        params: req.param(),
        query: req.queries(),
        body: () => req.text(),
      });
      if (reply.body === undefined) return new Response(null, { status: reply.status });
      return Response.json(reply.body, { status: reply.status });
    });
  }
  return app;
}
