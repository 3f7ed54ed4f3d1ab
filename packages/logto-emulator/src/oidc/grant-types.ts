import { errors, type Provider } from 'oidc-provider';

export const deviceCode = 'urn:ietf:params:oauth:grant-type:device_code';
const tokenExchange = 'urn:ietf:params:oauth:grant-type:token-exchange';

/** Logto announces token exchange, and refuses it to every application that is not allowed to use it. None is, here. */
export function announceTokenExchange(provider: Provider): void {
  provider.registerGrantType(tokenExchange, () => {
    throw new errors.InvalidRequest('requested grant type is not allowed for this client');
  });
}
