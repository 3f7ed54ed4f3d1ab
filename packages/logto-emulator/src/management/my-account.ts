import { Router } from '@koa/router';
import type { Context } from 'koa';
import { z } from 'zod';
import { showUser } from '../directory/new-user.ts';
import type { User } from '../directory/records.ts';
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

/** The user of an opaque access token. */
async function owner(logto: Logto, ctx: Context): Promise<User> {
  const token = await logto.provider().AccessToken.find(bearerToken(ctx.headers.authorization));
  const user = logto.directory.users.get(token?.accountId ?? '');
  if (user === undefined) throw new RequestError('auth.unauthorized', 401);
  if (!token?.scopes.has('profile')) throw new RequestError('auth.unauthorized', 401);
  return user;
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
    ctx.body = userProfile(await owner(logto, ctx));
  });
  router.patch('/', async (ctx: Context) => {
    const user = await owner(logto, ctx);
    const given = defined(input(changes, ctx.request.body));
    refuseTaken(logto.directory, given, user.id);
    const updated = updateUser(logto, user, given);
    raise(ctx, updated);
    ctx.body = userProfile(updated);
  });
  router.patch('/profile', async (ctx: Context) => {
    const user = await owner(logto, ctx);
    const updated = updateUser(logto, user, {
      profile: { ...user.profile, ...input(jsonObject, ctx.request.body) },
    });
    raise(ctx, updated);
    ctx.body = updated.profile;
  });
  return router;
}
