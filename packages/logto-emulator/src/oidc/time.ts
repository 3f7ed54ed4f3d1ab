import { decodeJwt, decodeProtectedHeader, importJWK, SignJWT } from 'jose';
import type { Context, Next } from 'koa';
import type { JWTStructured, KoaContextWithOIDC } from 'oidc-provider';
import type { Clock } from '../directory/clock.ts';
import type { Logto } from '../logto.ts';
import { isOrganizationUrn } from './resource-servers.ts';

const seconds = (clock: Clock): number => Math.round(clock.offset() / 1000);

const moved = (value: unknown, by: number): unknown => (typeof value === 'number' ? value + by : value);

/**
 * Whether a token without scopes has `scope: ""`. Tokens of users and organizations do, an application's token for a
 * resource does not.
 */
const hasEmptyScope = (token: unknown, { aud }: JWTStructured['payload']): boolean =>
  Object(token).kind !== 'ClientCredentials' || isOrganizationUrn(aud);

/** `formats.customizers.jwt` of oidc-provider: access tokens are issued at the emulator's time. */
export function accessTokenTime(clock: Clock) {
  return (_: KoaContextWithOIDC, token: unknown, jwt: JWTStructured): void => {
    const { iat, exp, scope } = jwt.payload;
    Object.assign(jwt.payload, { iat: moved(iat, seconds(clock)), exp: moved(exp, seconds(clock)) });
    if (scope === undefined && hasEmptyScope(token, jwt.payload)) jwt.payload['scope'] = '';
  };
}

/**
 * ID tokens are issued at the emulator's time, too. oidc-provider has no hook for their times, so while the clock is
 * moved, the response of the token endpoint gets a token that is signed again.
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
