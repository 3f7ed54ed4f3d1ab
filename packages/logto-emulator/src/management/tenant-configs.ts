import { z } from 'zod';
import { extendedClaims } from '../directory/settings.ts';
import type { SigningKey } from '../oidc/signing-keys.ts';
import { input } from './input.ts';
import { RequestError } from './request-error.ts';
import { route, type Answer, type Call, type Route } from './route.ts';

const idTokenConfig = z.object({ enabledExtendedClaims: z.array(z.enum(extendedClaims)).optional() });

const show = ({ id, jwk, createdAt }: SigningKey, index: number) => ({
  id,
  createdAt: Math.floor(createdAt / 1000),
  signingKeyAlgorithm: jwk.kty === 'RSA' ? 'RSA' : 'EC',
  status: index === 0 ? 'Current' : 'Previous',
});

/** The new key signs from the next token on. A self-hosted Logto has no grace period. */
async function rotate({ logto, body }: Call): Promise<Answer> {
  const { signingKeyAlgorithm } = input(
    z.object({ signingKeyAlgorithm: z.enum(['EC', 'RSA']).default('EC') }),
    body,
  );
  const keys = await logto.signingKeys.rotate(signingKeyAlgorithm);
  logto.reload();
  return { body: keys.map(show) };
}

function remove({ logto, params }: Call): Answer {
  const { keyId: id = '' } = params;
  const keys = logto.signingKeys.list();
  if (keys.length <= 1) throw new RequestError('oidc.key_required', 422);
  if (!keys.some((key) => key.id === id)) throw new RequestError('oidc.key_not_found', 404, { id });
  if (!logto.signingKeys.remove(id)) throw new RequestError('oidc.only_previous_key_can_be_deleted', 422);
  logto.reload();
  return {};
}

export const tenantConfigRoutes: readonly Route[] = [
  route('GET /configs/oidc/private-keys', ({ logto }) => ({ body: logto.signingKeys.list().map(show) })),
  route('GET /configs/id-token', ({ logto }) => ({ body: logto.settings.idTokenConfig() })),
  route('PUT /configs/id-token', ({ logto, body }) => {
    logto.settings.setIdTokenConfig(input(idTokenConfig, body));
    return { body: logto.settings.idTokenConfig() };
  }),
  route('POST /configs/oidc/private-keys/rotate', rotate),
  route('DELETE /configs/oidc/private-keys/:keyId', remove),
];
