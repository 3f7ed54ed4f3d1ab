import {
  defaultTenant,
  defineDirectoryMapping,
  tenantKey,
  userKey,
  type DirectoryMapping,
} from '@latchkey/directory-sync';
import { createWebhookHandler, type WebhookHandlerOptions } from '@latchkey/directory-sync/fetch';
import { createPermissions, type Policy } from '@latchkey/permissions';
import { createGateHandler } from '@latchkey/permissions/fetch';
import {
  createPermitDecider,
  type PermitDecider,
  type PermitDeciderOptions,
} from '@latchkey/permissions/permit';
import type { IdTokenClaims, LogtoNextConfig } from '@logto/next';
import { unauthorized } from 'next/navigation';
import { cache } from 'react';
import { createHandlers, problem, type LatchkeyHandlers } from './create-handlers.ts';
import { createLogtoSession } from './logto-session.ts';
import { createVisitorGates, type VisitorGates } from './create-visitor-gates.ts';
import { readEnv } from './env.ts';
import { onInvalidation, publishInvalidation } from './invalidations.ts';
import { reportSignIn } from './report-sign-in.ts';
import type { Visitor } from './visitor.ts';

/** Makes a value at its first use. An error is thrown to that caller, and the next one tries again. */
function lazy<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}

/**
 * What an app says of itself. Each part that is a function of defaults replaces what Latchkey would make of them:
 * `decider: (defaults) => createPermitDecider({ ...defaults, cache: { ttl: 1_000 } })`. It is called at the first use.
 */
export interface LatchkeyOptions<P extends Policy> {
  /** From `definePolicy`. */
  readonly policy: P;
  /** From `defineDirectoryMapping(policy, {…})`. Default: everybody gets the default role once, and nothing else. */
  readonly mapping?: DirectoryMapping;
  /**
   * The key of the tenant that the visitor's permissions are of, for example the id of an organization. Whoever has no role
   * there is denied. Default: `default`.
   */
  readonly tenant?: (claims: IdTokenClaims) => string | Promise<string>;
  /** Where the handlers are. Default: `/api/latchkey`. */
  readonly path?: `/${string}`;
  /** The configuration of `@logto/next`; `scopes` and `resources` are added here. Default: as it is. */
  readonly logto?: (defaults: LogtoNextConfig) => LogtoNextConfig;
  /** Who is signed in; `undefined` for a stranger. Default: the session of `@logto/next`. */
  readonly session?: () => Promise<IdTokenClaims | undefined>;
  /** Default: `createPermitDecider`. */
  readonly decider?: (defaults: PermitDeciderOptions<P>) => PermitDecider<P>;
  /** Default: `createWebhookHandler`. */
  readonly webhook?: (defaults: WebhookHandlerOptions) => (request: Request) => Promise<Response>;
}

/** What an app uses. */
export interface Latchkey<P extends Policy> {
  /** `permissions.can('reports:view')` in a page; `permissions.require('reports:create')` as a server action's first line. */
  readonly permissions: VisitorGates<P>;
  /** Who is signed in, by the session and never by a parameter; `undefined` for a stranger. Read once per request. */
  readonly visitor: () => Promise<Visitor | undefined>;
  /** For a server action: goes to Logto's sign-in page, then to `returnTo`, a page of this app. Default: the home page. */
  readonly signIn: (returnTo?: string) => Promise<never>;
  /** For a server action: ends the session here and at Logto, then goes to the home page. */
  readonly signOut: () => Promise<never>;
  /** For `app/api/latchkey/[...path]/route.ts`. */
  readonly handlers: LatchkeyHandlers;
}

/**
 * Joins `@logto/next`, Permit.io and the webhook between them for one Next.js app. The environment is read at the first use,
 * so `next build` needs no secrets; `withLatchkey` of `./config` reads it when the server starts.
 *
 * @throws every member: {EnvironmentError} with all variables that are missing or wrong
 */
export function createLatchkey<const P extends Policy>(options: LatchkeyOptions<P>): Latchkey<P> {
  const { policy, tenant = () => defaultTenant, path = '/api/latchkey' } = options;
  const {
    logto = (defaults) => defaults,
    decider = createPermitDecider,
    webhook = createWebhookHandler,
  } = options;
  const env = lazy(readEnv);

  const logtoSession = createLogtoSession(
    lazy(() => ({
      config: logto({
        endpoint: env().LOGTO_ENDPOINT,
        appId: env().LOGTO_APP_ID,
        appSecret: env().LOGTO_APP_SECRET,
        baseUrl: env().BASE_URL,
        cookieSecret: env().COOKIE_SECRET,
        cookieSecure: env().BASE_URL.startsWith('https:'),
      }),
      callbackUrl: `${env().BASE_URL}${path}/callback`,
      onSignedIn: (userId) =>
        reportSignIn(userId, {
          handle: webhookOfApp(),
          url: `${env().BASE_URL}${path}/webhook`,
          signingKey: env().LOGTO_WEBHOOK_SIGNING_KEY,
        }),
    })),
  );
  const { session = logtoSession.claims } = options;

  const deciderOfApp = lazy(() => {
    const { PERMIT_PDP_URL: url, PERMIT_API_URL: apiUrl, PERMIT_API_KEY: apiKey } = env();
    const made = decider({ policy, url, apiUrl, apiKey });
    onInvalidation((invalidation) => made.invalidate(invalidation));
    return made;
  });

  const webhookOfApp = lazy(() =>
    webhook({
      signingKey: env().LOGTO_WEBHOOK_SIGNING_KEY,
      logto: {
        endpoint: env().LOGTO_ENDPOINT,
        appId: env().LOGTO_M2M_APP_ID,
        appSecret: env().LOGTO_M2M_APP_SECRET,
      },
      permit: { apiUrl: env().PERMIT_API_URL, apiKey: env().PERMIT_API_KEY },
      mapping: options.mapping ?? defineDirectoryMapping(policy, {}),
      onReconciled: ({ kind, id }) =>
        publishInvalidation(kind === 'user' ? { subject: userKey(id) } : { tenant: tenantKey(id) }),
    }),
  );

  const visitor = cache(async (): Promise<Visitor | undefined> => {
    const claims = await session();
    return claims && { subject: userKey(claims.sub), tenant: await tenant(claims), claims };
  });
  const permissionsOf = (who: Visitor) => createPermissions(deciderOfApp(), who);

  const gates = createGateHandler({
    policy,
    async permissionsOf() {
      const who = await visitor();
      return who ? permissionsOf(who) : problem(401, 'UNAUTHENTICATED', 'Sign in first.');
    },
  });

  return {
    permissions: createVisitorGates<P>(async () => permissionsOf((await visitor()) ?? unauthorized())),
    visitor,
    signIn: logtoSession.signIn,
    signOut: logtoSession.signOut,
    handlers: createHandlers({
      GET: new Map([['callback', logtoSession.callback]]),
      POST: new Map([
        ['webhook', (request: Request) => webhookOfApp()(request)],
        ['gates', gates],
      ]),
    }),
  };
}
