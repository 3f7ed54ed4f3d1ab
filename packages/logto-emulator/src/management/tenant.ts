import { z } from 'zod';
import { standardId } from '../directory/identifiers.ts';
import { emailConnectors } from '../directory/messages.ts';
import type { Connector } from '../directory/records.ts';
import { extendedClaims, type JwtCustomizerKind } from '../directory/settings.ts';
import type { SigningKey } from '../oidc/signing-keys.ts';
import { accountCenterChanges, signInExperienceChanges } from '../seed/schema.ts';
import { input, defined, jsonObject } from './input.ts';
import { RequestError, found, remove } from './request-error.ts';
import { route, type Answer, type Call, type Route } from './route.ts';

const idTokenConfig = z.object({ enabledExtendedClaims: z.array(z.enum(extendedClaims)).optional() });

const show = ({ id, jwk, createdAt }: SigningKey, index: number) => ({
  id,
  createdAt: Math.floor(createdAt / 1000),
  signingKeyAlgorithm: jwk.kty === 'RSA' ? 'RSA' : 'EC',
  status: index === 0 ? 'Current' : 'Previous',
});

/** The new key signs the next token: a self-hosted Logto has no grace period. */
async function rotate({ logto, body }: Call): Promise<Answer> {
  const { signingKeyAlgorithm } = input(
    z.object({ signingKeyAlgorithm: z.enum(['EC', 'RSA']).default('EC') }),
    body,
  );
  const keys = await logto.signingKeys.rotate(signingKeyAlgorithm);
  logto.reload();
  return { body: keys.map(show) };
}

function removeKey({ logto, params }: Call): Answer {
  const { keyId: id = '' } = params;
  const keys = logto.signingKeys.list();
  if (keys.length <= 1) throw new RequestError('oidc.key_required', 422);
  if (!keys.some((key) => key.id === id)) throw new RequestError('oidc.key_not_found', 404, { id });
  if (!logto.signingKeys.remove(id)) throw new RequestError('oidc.only_previous_key_can_be_deleted', 422);
  logto.reload();
  return {};
}

const kind = z.enum(['access-token', 'client-credentials']);
const customizer = z.strictObject({
  script: z.string(),
  environmentVariables: z.record(z.string(), z.string()).optional(),
  blockIssuanceOnError: z.boolean().optional(),
  // Only stored, for the editor in Logto's console.
  contextSample: jsonObject.optional(),
  tokenSample: jsonObject.optional(),
});
const kinds: readonly JwtCustomizerKind[] = kind.options;

const kindOf = ({ params }: Call): JwtCustomizerKind => input(kind, params['tokenType'], 'query');

const creation = z.object({
  id: z.string().min(1).optional(),
  connectorId: z.string(),
  config: z.record(z.string(), z.unknown()).default({}),
});

const showConnector = (connector: Connector) => ({
  ...connector,
  type: 'Email',
  target: emailConnectors[connector.connectorId],
  platform: null,
  metadata: {},
  syncProfile: false,
});

/** Replaces any other connector. The configuration is only stored: mail always goes to the emulator's inbox. */
function createConnector({ logto, body }: Call): Answer {
  const { id = standardId(), connectorId, config } = input(creation, body);
  if (emailConnectors[connectorId] === undefined)
    throw new RequestError('connector.not_found_with_connector_id', 422, { connectorId });
  const { connectors } = logto.directory;
  for (const other of connectors.keys()) connectors.delete(other);
  const connector: Connector = { tenantId: 'default', id, connectorId, config };
  connectors.put(id, connector);
  return { body: showConnector(connector) };
}

const day = 24 * 60 * 60 * 1000;

/** `delta` is the difference to the period before. */
function newUsers({ logto }: Call): Answer {
  const users = [...logto.directory.users.values()];
  const now = logto.clock.now();
  const today = now - (now % day);
  const createdIn = (from: number, to: number): number =>
    users.filter(({ createdAt }) => createdAt >= from && createdAt < to).length;
  const window = (from: number, length: number) => {
    const count = createdIn(from, now + 1);
    return { count, delta: count - createdIn(from - length, from) };
  };
  return { body: { today: window(today, day), last7Days: window(today - 6 * day, 7 * day) } };
}

export const tenantRoutes: readonly Route[] = [
  route('GET /configs/oidc/private-keys', ({ logto }) => ({ body: logto.signingKeys.list().map(show) })),
  route('GET /configs/id-token', ({ logto }) => ({ body: logto.settings.idTokenConfig() })),
  route('PUT /configs/id-token', ({ logto, body }) => {
    logto.settings.setIdTokenConfig(input(idTokenConfig, body));
    return { body: logto.settings.idTokenConfig() };
  }),
  route('GET /configs/cimd', ({ logto }) => ({ body: logto.settings.cimd() })),
  route('PATCH /configs/cimd', ({ logto, body }) => {
    const changes = input(z.object({ enabled: z.boolean() }).partial(), body);
    const changed = logto.settings.setCimd(defined(changes));
    logto.reload();
    return { body: changed };
  }),
  route('POST /configs/oidc/private-keys/rotate', rotate),
  route('DELETE /configs/oidc/private-keys/:keyId', removeKey),
  // The scripts run in this process.
  route('GET /configs/jwt-customizer', ({ logto }) => ({
    body: kinds.flatMap((name) => {
      const value = logto.settings.jwtCustomizer(name);
      return value === undefined
        ? []
        : [{ key: name === 'access-token' ? 'jwt.accessToken' : 'jwt.clientCredentials', value }];
    }),
  })),
  route('GET /configs/jwt-customizer/:tokenType', (call) => ({
    body: found(call.logto.settings.jwtCustomizer(kindOf(call))),
  })),
  route('PUT /configs/jwt-customizer/:tokenType', (call) => {
    const existed = call.logto.settings.jwtCustomizer(kindOf(call)) !== undefined;
    const given = input(customizer, call.body);
    call.logto.settings.setJwtCustomizer(kindOf(call), given);
    return { status: existed ? 200 : 201, body: given };
  }),
  route('DELETE /configs/jwt-customizer/:tokenType', (call) => {
    found(call.logto.settings.jwtCustomizer(kindOf(call)));
    call.logto.settings.setJwtCustomizer(kindOf(call), undefined);
    return {};
  }),
  // The API and each of its fields are off by default.
  route('GET /account-center', ({ logto }) => ({ body: logto.settings.accountCenter() })),
  route('PATCH /account-center', ({ logto, body }) => ({
    body: logto.settings.setAccountCenter(defined(input(accountCenterChanges, body))),
  })),
  // All fields are stored. `SignInExperience` lists the fields that the sign-in pages use.
  route('GET /sign-in-exp', ({ logto }) => ({ body: logto.settings.signInExperience() })),
  route('PATCH /sign-in-exp', ({ logto, body }) => ({
    body: logto.settings.setSignInExperience(defined(input(signInExperienceChanges, body))),
  })),
  route('GET /connectors', ({ logto }) => ({
    body: [...logto.directory.connectors.values()].map(showConnector),
  })),
  route('POST /connectors', createConnector),
  route('GET /connectors/:id', ({ logto, params }) => ({
    body: showConnector(found(logto.directory.connectors.get(params['id'] ?? ''))),
  })),
  route('DELETE /connectors/:id', ({ logto, params }) => {
    remove(logto.directory.connectors, params['id']);
    return {};
  }),
  route('GET /dashboard/users/total', ({ logto }) => ({
    body: { totalUserCount: logto.directory.users.size },
  })),
  route('GET /dashboard/users/new', newUsers),
];
