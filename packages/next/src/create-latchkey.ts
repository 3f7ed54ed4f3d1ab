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

/** Creates a value on first use. An error is thrown to that caller, and the next call tries again. */
function lazy<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** The maximum number of roles that a user's checks wait for: the PDP is asked about each. New users have fewer. */
const mostFollowed = 10;

/*
 * Next.js gives pages and route handlers separate module graphs, so the webhook cannot access the pages' decider. A Node
 * diagnostics channel is identified by name and shared by both.
 */
const invalidations = channel('@latchkey/next:invalidations');

/** Publishes synchronously to every decider of this process. */
function publishInvalidation(invalidation: Invalidation): void {
  invalidations.publish(invalidation);
}

/** The listener lives as long as the process, like the decider. */
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
  /** The ID token's claims: `name`, `username`, `picture` and those that `scopes` request. */
  readonly claims: IdTokenClaims;
}

/**
 * Options of `createLatchkey`. A function of defaults replaces what Latchkey would create from them and is called on
 * first use: `decider: (defaults) => createPermitDecider({ ...defaults, cache: { ttl: 1_000 } })`.
 */
export interface LatchkeyOptions<P extends Policy> {
  /** The policy, from `definePolicy`. */
  readonly policy: P;
  /** From `defineDirectoryMapping(policy, {…})`. Default: every user gets the default role once. */
  readonly mapping?: DirectoryMapping<RoleOf<P>>;
  /**
   * Returns the tenant key for the visitor's permissions, for example an organization id. Users without a role in it are
   * denied. Default: `default`.
   */
  readonly tenant?: (claims: IdTokenClaims) => string | Promise<string>;
  /** The path of the handlers. Default: `/api/latchkey`. */
  readonly path?: `/${string}`;
  /** The configuration of `@logto/next`; `scopes` and `resources` are added to it. Default: unchanged. */
  readonly logto?: (defaults: LogtoNextConfig) => LogtoNextConfig;
  /** Returns the signed-in user; `undefined` for an unauthenticated visitor. Default: the session of `@logto/next`. */
  readonly session?: () => Promise<IdTokenClaims | undefined>;
  /** Default: `createPermitDecider`. */
  readonly decider?: (defaults: PermitDeciderOptions<P>) => PermitDecider<P>;
  /** Default: `createWebhookHandler`. */
  readonly webhook?: (defaults: WebhookHandlerOptions) => (request: Request) => Promise<Response>;
}

/** The result of `createLatchkey`. */
export interface Latchkey<P extends Policy> {
  /**
   * `permissions.can('reports:view')` in a page; `permissions.require('reports:create')` in a server action's first
   * line.
   */
  readonly permissions: VisitorGates<P>;
  /**
   * The signed-in user, from the session and never from a parameter; `undefined` if unauthenticated. Read once per
   * request.
   */
  readonly visitor: () => Promise<Visitor | undefined>;
  /**
   * For server actions: redirects to Logto's sign-in page, then to `returnTo`, a page of this app. Default: the home
   * page.
   */
  readonly signIn: (returnTo?: string) => Promise<never>;
  /** For server actions: ends the session here and at Logto, then redirects to the home page. */
  readonly signOut: () => Promise<never>;
  /** For `app/api/latchkey/[...path]/route.ts`. */
  readonly handlers: LatchkeyHandlers;
  /**
   * For `proxy.ts` (Next.js 16), which runs before a page: responds with 503, `Retry-After` and a short page while Permit
   * does not answer, because a page cannot set its status. `undefined`: Next.js continues. Your own page:
   * `const outage = await proxy(); return outage && new Response(html, outage);`
   */
  readonly proxy: () => Promise<Response | undefined>;
}

/**
 * Connects `@logto/next`, Permit.io and the webhook between them for one Next.js app. Reads the environment on first
 * use, so `next build` needs no secrets; `withLatchkey` and `register` of `./config` read it when the server starts.
 *
 * @throws from every member: {EnvironmentError} with all missing or invalid variables
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
        deciderOfApp(); // First: it must receive what the webhook publishes.
        await reportSignIn(userId, {
          handle: webhookOfApp(),
          url: `${env().BASE_URL}${path}/webhook`,
          signingKey: env().LOGTO_WEBHOOK_SIGNING_KEY,
        });
        // Waits until the PDP has the roles: another instance of the app may render the first page. During an outage
        // that page is refused, too.
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
        // The checks of the user wait until the PDP has received them. It may not list the roles of other policies.
        const followed = roles.filter(({ role, assigned }) => !assigned || Object.hasOwn(policy.roles, role));
        for (const assignment of followed.slice(-mostFollowed)) publishInvalidation({ subject, assignment });
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
