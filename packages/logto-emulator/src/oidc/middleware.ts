import { json, text } from 'node:stream/consumers';
import { decodeJwt, decodeProtectedHeader, importJWK, SignJWT } from 'jose';
import type { Context, Next } from 'koa';
import type { JWTStructured, KoaContextWithOIDC } from 'oidc-provider';
import { z } from 'zod';
import type { Clock } from '../directory/clock.ts';
import type { Logto } from '../logto.ts';
import { isOrganizationUrn } from './resource-servers.ts';

const oauthError = z.looseObject({ error: z.string(), error_description: z.string().optional() });

const messages: Readonly<Record<string, string>> = {
  aborted: 'The end-user aborted interaction.',
  access_denied: 'Access denied.',
  insufficient_scope: 'Token missing scope `{{scope}}`.',
  invalid_client_metadata: 'Invalid client metadata provided.',
  invalid_grant: 'Grant request is invalid.',
  invalid_redirect_uri: "`redirect_uri` did not match any of the client's registered `redirect_uris`.",
  invalid_request: 'Request is invalid.',
  invalid_scope: 'Invalid scope: {{error_description}}.',
  invalid_target: 'Invalid resource indicator.',
  invalid_token: 'Invalid token provided.',
  server_error: 'An unknown OIDC error occurred. Please try again later.',
  unsupported_grant_type: 'Unsupported `grant_type` requested.',
  unsupported_response_mode: 'Unsupported `response_mode` requested.',
  unsupported_response_type: 'Unsupported `response_type` requested.',
};

/** Logto leaves the placeholders in place, because it translates messages without arguments. */
const messageOf = (error: string): string => messages[error] ?? `An OIDC error occurred: oidc.${error}.`;

const isSessionNotFound = (description = ''): boolean =>
  (description.includes('session') && description.includes('not found')) ||
  description.includes('authorization request has expired');

export async function unknownRoute(ctx: Context, next: Next): Promise<void> {
  await next();
  if (ctx.status !== 404 || ctx.body != null) return;
  ctx.body = {
    error: 'invalid_request',
    error_description: `unrecognized route or not allowed method (${ctx.method} on ${ctx.path})`,
  };
  ctx.status = 404;
}

export async function decorateErrors(ctx: Context, next: Next): Promise<void> {
  await next();
  if (ctx.status < 400 || ctx.query['parse_error'] === 'false') return;
  const parsed = oauthError.safeParse(ctx.body);
  if (!parsed.success) return;
  const { error, error_description: description } = parsed.data;
  const lost = isSessionNotFound(description);
  ctx.body = {
    code: lost ? 'session.not_found' : `oidc.${error}`,
    message: lost ? 'Session not found. Please go back and sign in again.' : messageOf(error),
    ...(error === 'invalid_grant' ? { error_uri: 'https://openid.sh/debug/invalid_grant' } : {}),
    ...parsed.data,
  };
}

const form = 'application/x-www-form-urlencoded';

/**
 * Logto accepts formats that oidc-provider does not: JSON bodies, authorization requests as forms, and several
 * resources in one parameter, separated by commas.
 */
export async function requestForms(ctx: Context, next: Next): Promise<void> {
  if (ctx.method === 'POST' && ctx.is('application/json')) {
    const body = await json(ctx.req).catch(() => ({}));
    // Used by oidc-provider instead of reading the request.
    Object.assign(ctx.req, { body });
    ctx.req.headers['content-type'] = form;
  }
  if (ctx.method === 'POST' && ctx.path === '/auth' && ctx.is(form)) {
    ctx.querystring = await text(ctx.req);
    ctx.method = 'GET';
  }
  // oidc-provider would derive `mountPath` from the URL, which this function changes.
  Object.assign(ctx, { mountPath: '/oidc' });
  const { resource } = ctx.query;
  if (resource !== undefined)
    ctx.query = { ...ctx.query, resource: [resource].flat().flatMap((text) => text.split(',')) };
  await next();
}

const seconds = (clock: Clock): number => Math.round(clock.offset() / 1000);

const moved = (value: unknown, by: number): unknown => (typeof value === 'number' ? value + by : value);

/** True for users and organizations; an application's token for a resource omits `scope`. */
const hasEmptyScope = (token: unknown, { aud }: JWTStructured['payload']): boolean =>
  Object(token).kind !== 'ClientCredentials' || isOrganizationUrn(aud);

/** For `formats.customizers.jwt` of oidc-provider: issues access tokens at the emulator's time. */
export function accessTokenTime(clock: Clock) {
  return (_: KoaContextWithOIDC, token: unknown, jwt: JWTStructured): void => {
    const { iat, exp, scope } = jwt.payload;
    Object.assign(jwt.payload, { iat: moved(iat, seconds(clock)), exp: moved(exp, seconds(clock)) });
    if (scope === undefined && hasEmptyScope(token, jwt.payload)) jwt.payload['scope'] = '';
  };
}

/**
 * oidc-provider has no hook for the times of ID tokens. While the clock is shifted, the token endpoint's response
 * gets a newly signed one.
 */
export function idTokenTime({ clock, signingKeys }: Pick<Logto, 'clock' | 'signingKeys'>) {
  return async (ctx: Context, next: Next): Promise<void> => {
    await next();
    const { id_token: token } = Object(ctx.body);
    if (ctx.path !== '/token' || typeof token !== 'string' || clock.offset() === 0) return;
    const { alg = '', ...header } = decodeProtectedHeader(token);
    const key = signingKeys.list().find(({ jwk }) => jwk.kid === header.kid);
    if (key === undefined) return;
    const { iat = 0, exp = 0, auth_time: authTime, ...claims } = decodeJwt(token);
    const by = seconds(clock);
    const times = { iat: iat + by, exp: exp + by, auth_time: moved(authTime, by) };
    const jwt = new SignJWT({ ...claims, ...times }).setProtectedHeader({ ...header, alg });
    ctx.body = { ...Object(ctx.body), id_token: await jwt.sign(await importJWK(key.jwk, alg)) };
  };
}
