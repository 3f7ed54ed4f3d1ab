import type { JWTStructured, KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { Clock } from '../directory/clock.ts';
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
 * ID tokens use the emulator's time, too. oidc-provider has no hook for them, but signs any `iat` in its model's
 * payload. Their `exp` is shifted through the lifetime, which must stay positive: when the emulator's clock is
 * behind the machine's, the shift is limited to that lifetime.
 */
export function shiftIdTokens(provider: Provider, clock: Clock): void {
  const model: unknown = Reflect.get(provider, 'IdToken');
  const prototype: unknown = Reflect.get(Object(model), 'prototype');
  const payload: unknown = Reflect.get(Object(prototype), 'payload');
  if (typeof payload !== 'function') throw new TypeError('oidc-provider has no IdToken#payload any more.');
  Reflect.set(Object(prototype), 'payload', async function movedPayload(this: unknown) {
    const claims: unknown = await payload.call(this);
    if (clock.offset() === 0) return claims;
    const { auth_time: authTime } = Object(claims);
    return {
      ...Object(claims),
      iat: Math.floor(clock.now() / 1000),
      auth_time: moved(authTime, seconds(clock)),
    };
  });
}

export const idTokenLifetime = (clock: Clock, lifetime: number): number =>
  Math.max(1, lifetime + seconds(clock));
