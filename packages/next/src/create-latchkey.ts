import { channel } from 'node:diagnostics_channel';
import {
  defaultTenant,
  defineDirectoryMapping,
  tenantKey,
  userKey,
  type DirectoryMapping,
} from '@latchkey/directory-sync';
import { createWebhookHandler, type WebhookHandlerOptions } from '@latchkey/directory-sync/fetch';
import { createPermissions, type Policy, type RoleOf } from '@latchkey/permissions';
import { createGateQuestionHandler } from '@latchkey/permissions/fetch';
import {
  createPermitDecider,
  type Invalidation,
  type PermitDecider,
  type PermitDeciderOptions,
} from '@latchkey/permissions/permit';
import type { IdTokenClaims, LogtoNextConfig } from '@logto/next';
import { unauthorized } from 'next/navigation';
import { cache } from 'react';
import {
  createHandlers,
  createOutageProxy,
  type LatchkeyHandlers,
  unauthenticated,
} from './create-handlers.ts';
import { createVisitorGates, type VisitorGates } from './create-visitor-gates.ts';
import { readEnv } from './env.ts';
import { createLogtoSession, reportSignIn } from './logto-session.ts';

/** Creates the value on the first call. If `make` throws, the next call tries again. */
function lazy<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** The maximum number of role changes that a user's checks wait for, because the PDP is polled for each. */
const maxFollowed = 10;

/* Next.js gives pages and route handlers separate module graphs. A diagnostics channel is the same in both. */
const invalidations = channel('@latchkey/next:invalidations');

function publishInvalidation(invalidation: Invalidation): void {
  invalidations.publish(invalidation);
}

/** Never unsubscribed: the decider lives as long as the process. */
function onInvalidation(listener: (invalidation: Invalidation) => void): void {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only `publishInvalidation` publishes here
  invalidations.subscribe((message) => listener(message as Invalidation));
}

export type { IdTokenClaims } from '@logto/next';

/** The signed-in user, and the tenant whose permissions apply. */
export interface Visitor {
  /** The user's key in Permit.io. */
  readonly subject: string;
  /** The tenant key. */
  readonly tenant: string;
  /** The ID token's claims: `name`, `username`, `picture` and those of the requested `scopes`. */
  readonly claims: IdTokenClaims;
}

/**
 * Options of `createLatchkey`. `logto`, `decider` and `webhook` are functions that receive the default options and can
 * change them. They are called on first use:
 *
 * ```ts
 * decider: (defaults) => createPermitDecider({ ...defaults, cache: { ttl: 1_000 } })
 * ```
 */
export interface LatchkeyOptions<P extends Policy> {
  /** The policy, from `definePolicy`. */
  readonly policy: P;
  /**
   * The result of `defineDirectoryMapping(policy, {…})`, which maps Logto's roles and attributes to those of Permit.
   * Default: none are mapped, and a new user gets the policy's default role.
   */
  readonly mapping?: DirectoryMapping<RoleOf<P>>;
  /**
   * Returns the tenant key for the visitor's permissions, for example an organization id. Users without a role in this
   * tenant are denied. Default: `default`.
   */
  readonly tenant?: (claims: IdTokenClaims) => string | Promise<string>;
  /** The path of the handlers, relative to `BASE_URL`. Default: `/api/latchkey`. */
  readonly path?: `/${string}`;
  /** Changes the configuration of `@logto/next`, for example to add `scopes` or `resources`. Default: no change. */
  readonly logto?: (defaults: LogtoNextConfig) => LogtoNextConfig;
  /**
   * Returns the claims of the signed-in user; `undefined` for an unauthenticated visitor. Default: reads the session of
   * `@logto/next`.
   */
  readonly session?: () => Promise<IdTokenClaims | undefined>;
  /** Creates the decider. Default: `createPermitDecider`. */
  readonly decider?: (defaults: PermitDeciderOptions<P>) => PermitDecider<P>;
  /** Creates the handler of Logto's webhook. Default: `createWebhookHandler`. */
  readonly webhook?: (defaults: WebhookHandlerOptions) => (request: Request) => Promise<Response>;
}

/** The result of `createLatchkey`. */
export interface Latchkey<P extends Policy> {
  /**
   * The visitor's permissions: `await permissions.can('reports:view')` in a page,
   * `await permissions.require('reports:create')` in the first line of a server action.
   */
  readonly permissions: VisitorGates<P>;
  /**
   * Returns the signed-in user, from the session and never from a parameter; `undefined` if the visitor is
   * unauthenticated. The session is read once per request.
   */
  readonly visitor: () => Promise<Visitor | undefined>;
  /**
   * For server actions: redirects to Logto's sign-in page, and after the sign-in to `returnTo`, a page of this app
   * below `BASE_URL` such as `/reports`. Without `returnTo`, or if it is any other address, the user returns to the
   * home page.
   */
  readonly signIn: (returnTo?: string) => Promise<never>;
  /** For server actions: ends the session in this app and at Logto, then redirects to the home page. */
  readonly signOut: () => Promise<never>;
  /** The handlers for `app/api/latchkey/[...path]/route.ts`: `export const { GET, POST } = handlers`. */
  readonly handlers: LatchkeyHandlers;
  /**
   * For `proxy.ts` (Next.js 16), which runs before a page: while Permit does not answer, responds with 503,
   * `Retry-After` and a short HTML page, because a page cannot set its own status. Returns `undefined` otherwise, and
   * Next.js continues, also for server actions. To send a different page:
   * `const outage = await proxy(request); return outage && new Response(html, outage);`
   */
  readonly proxy: (request?: Request) => Promise<Response | undefined>;
}

/**
 * Sets up one Next.js app with `@logto/next`, Permit.io, and the webhook that synchronizes them:
 *
 * ```ts
 * export const { permissions, visitor, signIn, signOut, handlers, proxy } = createLatchkey({ policy });
 * ```
 *
 * Reads the environment on first use, so `next build` needs no secrets. If variables are missing or invalid, every
 * member throws an `EnvironmentError` that names all of them. `withLatchkey` and `register` of `./config` check the
 * variables when the server starts.
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
      async onSignedIn(userId) {
        deciderOfApp(); // Created first, to receive what the webhook publishes.
        await reportSignIn(userId, {
          handle: webhookOfApp(),
          url: `${env().BASE_URL}${path}/webhook`,
          signingKey: env().LOGTO_WEBHOOK_SIGNING_KEY,
        });
        // Another instance of the app may render the first page, so the PDP must have the roles. After an outage the
        // sign-in still succeeds, and the first page reports it.
        await deciderOfApp()
          .grants(userKey(userId), defaultTenant)
          .catch(() => {});
      },
    })),
  );
  const { session = logtoSession.claims } = options;

  const deciderOfApp = lazy(() => {
    const { PERMIT_PDP_URL: url, PERMIT_API_URL: apiUrl, PERMIT_API_KEY: apiKey } = env();
    const made = decider({ policy, url, apiUrl, apiKey });
    onInvalidation((invalidation) => void made.invalidate(invalidation));
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
      onReconciled({ kind, id }, roles) {
        if (kind === 'organization') return publishInvalidation({ tenant: tenantKey(id) });
        const subject = userKey(id);
        publishInvalidation({ subject });
        // The user's checks wait until the PDP has these changes. It may not list roles of other policies.
        const followed = roles.filter(({ role, assigned }) => !assigned || Object.hasOwn(policy.roles, role));
        for (const assignment of followed.slice(-maxFollowed)) publishInvalidation({ subject, assignment });
      },
    }),
  );

  const visitor = cache(async (): Promise<Visitor | undefined> => {
    const claims = await session();
    return claims && { subject: userKey(claims.sub), tenant: await tenant(claims), claims };
  });
  const getPermissions = (who: Visitor) => createPermissions(deciderOfApp(), who);

  const gates = createGateQuestionHandler({
    policy,
    async getPermissions() {
      const who = await visitor();
      return who ? getPermissions(who) : unauthenticated();
    },
  });

  return {
    permissions: createVisitorGates<P>(async () => getPermissions((await visitor()) ?? unauthorized())),
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
    proxy: createOutageProxy(() => deciderOfApp().health()),
  };
}
