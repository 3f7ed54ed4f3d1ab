import type { Context } from 'koa';
import type { User } from '../directory/records.ts';
import type { Logto } from '../logto.ts';

const lifetime = 14 * 24 * 60 * 60;

/**
 * Signs a browser in as a user, so that the next application that redirects to Logto gets its response without a
 * page. The user did not authenticate, so `PostSignIn` is not raised.
 */
export async function signBrowserIn(logto: Logto, ctx: Context, user: User): Promise<void> {
  const provider = logto.provider();
  const oidc = provider.createContext(ctx.req, ctx.res);
  const session = await provider.Session.get(oidc);
  session.resetIdentifier();
  session.authorizations = {};
  session.loginAccount({ accountId: user.id });
  const id = await session.save(lifetime);
  oidc.cookies.set(provider.cookieName('session'), id, {
    sameSite: 'lax',
    path: '/',
    signed: true,
    overwrite: true,
    httpOnly: true,
    maxAge: lifetime * 1000,
  });
}
