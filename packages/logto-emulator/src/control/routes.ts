import { Router } from '@koa/router';
import { faultInput, type FaultList } from '@latchkey/emulator-kit';
import type { Context } from 'koa';
import { z } from 'zod';
import type { Logto } from '../logto.ts';
import { input } from '../management/input.ts';
import { signingAlgorithms } from '../oidc/signing-keys.ts';
import { managementApiIndicator } from '../seed/management-api.ts';
import { hookEvents } from '../webhooks/events.ts';
import { signIn, SignInError } from './programmatic-sign-in.ts';

/** The addresses, ids and secrets for using an emulator. */
export interface Description {
  readonly url: string;
  readonly issuer: string;
  readonly managementApi: {
    readonly url: string;
    readonly resource: string;
    readonly tokenEndpoint: string;
    readonly scope: 'all';
  };
  readonly apps: readonly {
    readonly id: string;
    readonly name: string;
    readonly type: string;
    readonly secret?: string;
  }[];
  readonly hooks: readonly {
    readonly id: string;
    readonly name: string;
    readonly url: string;
    readonly signingKey: string;
  }[];
}

export function describe({ endpoint, directory }: Logto): Description {
  return {
    url: endpoint,
    issuer: `${endpoint}/oidc`,
    managementApi: {
      url: `${endpoint}/api`,
      resource: managementApiIndicator,
      tokenEndpoint: `${endpoint}/oidc/token`,
      scope: 'all',
    },
    apps: [...directory.applications.values()].map(({ id, name, type }) => {
      const [secret] = directory.secrets.findBy('application', id);
      return { id, name, type, ...(secret === undefined ? {} : { secret: secret.value }) };
    }),
    hooks: [...directory.hooks.values()].map(({ id, name, config, signingKey }) => ({
      id,
      name,
      url: config.url,
      signingKey,
    })),
  };
}

const deliveryFault = z.strictObject({
  kind: z.enum(['drop', 'duplicate', 'delay', 'reorder', 'corrupt']),
  event: z.enum(hookEvents).optional(),
  milliseconds: z.number().nonnegative().optional(),
  count: z.number().int().positive().optional(),
});
/** Three centuries: a time that JavaScript cannot represent would break the emulator, also after a restart. */
const milliseconds = z.number().min(-1e13).max(1e13);
const clock = z.union([z.strictObject({ offset: milliseconds }), z.strictObject({ advance: milliseconds })]);
const rotation = z.strictObject({ algorithm: z.enum(signingAlgorithms).default('EC') });
const signInAsBody = z.strictObject({ user: z.string().nullable() });
const tokenRequest = z.strictObject({
  user: z.string(),
  app: z.string().optional(),
  scopes: z.array(z.string()).optional(),
  resource: z.string().optional(),
  organizationId: z.string().optional(),
});

function faultRoutes<T>(
  router: Router,
  path: string,
  [faults, schema]: readonly [Omit<FaultList<T>, 'consume'>, z.ZodType<T>],
): void {
  router.get(path, (ctx: Context) => {
    ctx.body = faults.list();
  });
  router.post(path, (ctx: Context) => {
    ctx.status = 201;
    ctx.body = faults.add(input(schema, ctx.request.body ?? {}));
  });
  router.delete(path, (ctx: Context) => {
    faults.clear();
    ctx.status = 204;
  });
  router.delete(`${path}/:id`, (ctx) => {
    ctx.status = faults.remove(ctx.params['id'] ?? '') ? 204 : 404;
  });
}

/** Faults do not affect the control API. */
export function controlRoutes(logto: Logto): Router {
  const router = new Router({ prefix: '/_emulator' });
  faultRoutes(router, '/faults', [logto.faults, faultInput]);
  faultRoutes(router, '/webhook-faults', [logto.webhooks.faults, deliveryFault]);
  const time = () => ({ offset: logto.clock.offset(), now: new Date(logto.clock.now()).toISOString() });

  router.get('/', (ctx: Context) => {
    ctx.body = describe(logto);
  });
  router.get('/messages', (ctx: Context) => {
    ctx.body = logto.messages.list();
  });
  router.get('/clock', (ctx: Context) => {
    ctx.body = time();
  });
  router.put('/clock', (ctx: Context) => {
    const change = input(clock, ctx.request.body);
    logto.clock.setOffset('offset' in change ? change.offset : logto.clock.offset() + change.advance);
    ctx.body = time();
  });
  router.post('/keys/rotate', async (ctx: Context) => {
    await logto.signingKeys.rotate(input(rotation, ctx.request.body ?? {}).algorithm);
    logto.reload();
    ctx.body = { keys: logto.signingKeys.publicKeys() };
  });
  router.put('/sign-in-as', (ctx: Context) => {
    const { user } = input(signInAsBody, ctx.request.body);
    logto.setSignInAs(user ?? undefined);
    ctx.body = { user };
  });
  router.post('/tokens', async (ctx: Context) => {
    const { user, ...options } = input(tokenRequest, ctx.request.body);
    try {
      ctx.body = await signIn(logto, user, options);
    } catch (error) {
      if (!(error instanceof SignInError)) throw error;
      ctx.status = 422;
      ctx.body = { code: error.code, message: error.message };
    }
  });
  router.post('/reset', (ctx: Context) => {
    logto.reset();
    ctx.status = 204;
  });
  return router;
}
