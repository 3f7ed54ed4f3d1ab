import { Router } from '@koa/router';
import type { Context, Next } from 'koa';
import { z } from 'zod';
import { showUser } from '../directory/new-user.ts';
import type { User } from '../directory/records.ts';
import type { AccountField } from '../directory/settings.ts';
import type { Logto } from '../logto.ts';
import { bearerToken } from './auth.ts';
import { defined, input, jsonObject } from './input.ts';
import { RequestError } from './request-error.ts';
import { refuseTaken, updateUser, userProfile } from './users.ts';

const changes = z
  .object({
    name: z.string().nullable(),
    avatar: z.url().nullable(),
    username: z
      .string()
      .regex(/^[A-Z_a-z]\w*$/)
      .nullable(),
    customData: jsonObject,
  })
  .partial();

/** The user of an opaque access token, when the account API is enabled, and the token's scopes. */
async function owner(logto: Logto, ctx: Context): Promise<readonly [User, ReadonlySet<string>]> {
  const token = await logto.provider().AccessToken.find(bearerToken(ctx.headers.authorization));
  const user = logto.directory.users.get(token?.accountId ?? '');
  if (user === undefined) throw new RequestError('auth.unauthorized', 401);
  if (!token?.scopes.has('profile')) throw new RequestError('auth.unauthorized', 401);
  if (!logto.settings.accountCenter().enabled) throw new RequestError('account_center.not_enabled');
  return [user, token.scopes];
}

/** The settings and the scope that an attribute of a user depends on. Other attributes are always shown. */
const guards: Readonly<Record<string, readonly [field: AccountField, scope?: string]>> = {
  username: ['username'],
  name: ['name'],
  avatar: ['avatar'],
  profile: ['profile'],
  primaryEmail: ['email', 'email'],
  primaryPhone: ['phone', 'phone'],
  hasPassword: ['password'],
  customData: ['customData', 'custom_data'],
  identities: ['social', 'identities'],
};

/** What users see of their own account. */
function showOwn({ settings }: Logto, user: User, scopes: ReadonlySet<string>): unknown {
  const { fields } = settings.accountCenter();
  const shown = Object.entries(userProfile(user)).filter(([name]) => {
    const [field, scope] = guards[name] ?? [];
    const isOn = field === undefined || (fields[field] ?? 'Off') !== 'Off';
    return isOn && (scope === undefined || scopes.has(scope));
  });
  const hasSecurityVerificationMethod =
    user.passwordHash !== null || user.primaryEmail !== null || user.primaryPhone !== null;
  return { ...Object.fromEntries(shown), hasSecurityVerificationMethod };
}

/** @throws RequestError `account_center.field_not_editable` */
function refuseReadOnly({ settings }: Logto, fields: Iterable<string>): void {
  const controls = settings.accountCenter().fields;
  for (const name of fields) {
    const field = guards[name]?.[0];
    if (field !== undefined && controls[field] !== 'Edit')
      throw new RequestError('account_center.field_not_editable');
  }
}

/** Pages of any origin may call the account API. */
export async function accountCors(ctx: Context, next: Next): Promise<void> {
  if (!ctx.path.startsWith('/api/my-account')) return next();
  ctx.set('access-control-allow-origin', ctx.get('origin') || '*');
  if (ctx.method === 'OPTIONS' && ctx.get('access-control-request-method') !== '') {
    ctx.set('access-control-allow-methods', 'GET,HEAD,PUT,POST,DELETE,PATCH');
    const headers = ctx.get('access-control-request-headers');
    if (headers !== '') ctx.set('access-control-allow-headers', headers);
    ctx.status = 204;
    return undefined;
  }
  ctx.set('access-control-expose-headers', '*');
  return next();
}

/**
 * The account API, with which users change their own data. Its events contain the whole user and nothing of the
 * request.
 */
export function myAccount(logto: Logto): Router {
  const router = new Router({ prefix: '/api/my-account' });
  const raise = (ctx: Context, user: User): void => {
    const event = 'User.Data.Updated';
    const createdAt = new Date(logto.clock.now()).toISOString();
    const userAgent = ctx.get('user-agent') || undefined;
    void logto.webhooks.raise([
      { event, payload: { event, createdAt, userAgent, ip: ctx.ip, data: showUser(user) } },
    ]);
  };

  router.get('/', async (ctx: Context) => {
    ctx.body = showOwn(logto, ...(await owner(logto, ctx)));
  });
  router.patch('/', async (ctx: Context) => {
    const [user, scopes] = await owner(logto, ctx);
    const given = defined(input(changes, ctx.request.body));
    refuseReadOnly(logto, Object.keys(given));
    refuseTaken(logto.directory, given, user.id);
    const updated = updateUser(logto, user, given);
    raise(ctx, updated);
    ctx.body = showOwn(logto, updated, scopes);
  });
  router.patch('/profile', async (ctx: Context) => {
    const [user] = await owner(logto, ctx);
    refuseReadOnly(logto, ['profile']);
    const updated = updateUser(logto, user, {
      profile: { ...user.profile, ...input(jsonObject, ctx.request.body) },
    });
    raise(ctx, updated);
    ctx.body = updated.profile;
  });
  return router;
}
