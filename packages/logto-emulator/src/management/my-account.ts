import { Router } from '@koa/router';
import type { Context, Next } from 'koa';
import { z } from 'zod';
import { showUser } from '../directory/users.ts';
import type { JsonObject, User } from '../directory/records.ts';
import type { AccountField } from '../directory/settings.ts';
import type { Logto } from '../logto.ts';
import { callerOf } from '../webhooks/payloads.ts';
import { bearerToken } from './auth.ts';
import { defined, input, jsonObject } from './input.ts';
import { RequestError } from './request-error.ts';
import { profileChanges, updateUser, userProfile } from './users.ts';

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

/** Refuses every token while the account API is off. */
async function owner(logto: Logto, ctx: Context): Promise<readonly [User, ReadonlySet<string>]> {
  const token = await logto.provider().AccessToken.find(bearerToken(ctx.headers.authorization));
  const user = logto.directory.users.get(token?.accountId ?? '');
  if (token === undefined || user === undefined) throw new RequestError('auth.unauthorized', 401);
  if (!token.scopes.has('openid')) throw new RequestError('auth.forbidden', 403);
  if (!logto.settings.accountCenter().enabled) throw new RequestError('account_center.not_enabled');
  return [user, token.scopes];
}

/** Other attributes are always shown. */
const settingOf: Readonly<Record<string, AccountField>> = {
  username: 'username',
  name: 'name',
  avatar: 'avatar',
  profile: 'profile',
  primaryEmail: 'email',
  primaryPhone: 'phone',
  hasPassword: 'password',
  customData: 'customData',
  identities: 'social',
};

/** Others need `profile`, except `id`, which needs none. */
const scopeOf: Readonly<Record<string, string>> = {
  primaryEmail: 'email',
  primaryPhone: 'phone',
  customData: 'custom_data',
  identities: 'identities',
};

function ownProfile({ address, ...rest }: JsonObject, scopes: ReadonlySet<string>): JsonObject {
  return address !== undefined && scopes.has('address') ? { ...rest, address } : rest;
}

function showOwn({ settings }: Logto, user: User, scopes: ReadonlySet<string>): unknown {
  const { fields } = settings.accountCenter();
  const all = { ...userProfile(user), profile: ownProfile(user.profile, scopes) };
  const shown = Object.entries(all).filter(([name]) => {
    const field = settingOf[name];
    const isOn = field === undefined || (fields[field] ?? 'Off') !== 'Off';
    return isOn && (name === 'id' || scopes.has(scopeOf[name] ?? 'profile'));
  });
  const hasSecurityVerificationMethod =
    user.passwordHash !== null || user.primaryEmail !== null || user.primaryPhone !== null;
  return { ...Object.fromEntries(shown), hasSecurityVerificationMethod };
}

/** @throws RequestError `account_center.field_not_editable` */
function refuseReadOnly({ settings }: Logto, fields: Iterable<string>): void {
  const controls = settings.accountCenter().fields;
  for (const name of fields) {
    const field = settingOf[name];
    if (field !== undefined && controls[field] !== 'Edit')
      throw new RequestError('account_center.field_not_editable');
  }
}

/** Answers 400, as Logto does. */
function refuseWithout(scopes: ReadonlySet<string>, ...needed: readonly string[]): void {
  if (needed.some((scope) => !scopes.has(scope))) throw new RequestError('auth.unauthorized');
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

/** Events of the account API contain the whole user, but no path or parameters of the request. */
export function myAccount(logto: Logto): Router {
  const router = new Router({ prefix: '/api/my-account' });
  const raise = (ctx: Context, user: User): void => {
    const event = 'User.Data.Updated';
    const createdAt = new Date(logto.clock.now()).toISOString();
    void logto.webhooks.raise([
      { event, payload: { event, createdAt, ...callerOf(ctx), data: showUser(user) } },
    ]);
  };

  router.get('/', async (ctx: Context) => {
    ctx.body = showOwn(logto, ...(await owner(logto, ctx)));
  });
  router.patch('/', async (ctx: Context) => {
    const [user, scopes] = await owner(logto, ctx);
    const given = defined(input(changes, ctx.request.body));
    refuseReadOnly(logto, Object.keys(given));
    refuseWithout(scopes, 'profile', ...(given.customData === undefined ? [] : ['custom_data']));
    if (given.username !== undefined) throw new RequestError('verification_record.permission_denied', 401);
    const updated = updateUser(logto, user, given);
    raise(ctx, updated);
    ctx.body = showOwn(logto, updated, scopes);
  });
  router.patch('/profile', async (ctx: Context) => {
    const [user, scopes] = await owner(logto, ctx);
    const given = defined(input(profileChanges, ctx.request.body));
    refuseReadOnly(logto, ['profile']);
    refuseWithout(scopes, 'profile', ...(given.address === undefined ? [] : ['address']));
    const updated = updateUser(logto, user, { profile: { ...user.profile, ...given } });
    raise(ctx, updated);
    ctx.body = ownProfile(updated.profile, scopes);
  });
  return router;
}
