import { errors, type KoaContextWithOIDC, Provider, type Adapter, type ClientMetadata } from 'oidc-provider';
import type { Clock } from '../directory/clock.ts';
import { ceilingOf, clientScope, isCimdClientId } from '../directory/consent-scopes.ts';
import type { Directory } from '../directory/directory.ts';
import type { Application } from '../directory/records.ts';
import type { Logto } from '../logto.ts';
import { deviceCode, tokenExchange } from './resource-servers.ts';
import type { TokenAlgorithm } from './signing-keys.ts';

const decode = (part: string): string => decodeURIComponent(part.replaceAll('+', '%20'));

/** From the header or the body, not yet verified. */
function sentSecret(ctx: KoaContextWithOIDC | undefined): string | undefined {
  const inBody = ctx?.oidc?.params?.['client_secret'];
  if (typeof inBody === 'string') return inBody;
  const [scheme, credentials = ''] = ctx?.headers.authorization?.split(' ') ?? [];
  if (scheme?.toLowerCase() !== 'basic') return undefined;
  const [, ...secret] = Buffer.from(credentials, 'base64').toString('utf8').split(':');
  try {
    return decode(secret.join(':'));
  } catch {
    return undefined;
  }
}

/** oidc-provider supports one secret per client, Logto several: returns the sent secret if it is one of them. */
function clientSecret(
  { directory, clock }: { directory: Directory; clock: Clock },
  application: Application,
  ctx: KoaContextWithOIDC | undefined,
): string {
  const value = sentSecret(ctx);
  const match = directory.secrets
    .findBy('application', application.id)
    .find((secret) => secret.value === value);
  if (match === undefined) return application.secret;
  if (match.expiresAt !== null && match.expiresAt < clock.now())
    throw new errors.InvalidRequest('client secret has expired');
  return match.value;
}

/** oidc-provider drops unknown fields that are missing from this list. */
export const extraClientMetadata = [
  'corsAllowedOrigins',
  'idTokenTtl',
  'refreshTokenTtlInDays',
  'refreshTokenTtl',
  'alwaysIssueRefreshToken',
  'rotateRefreshToken',
  'maxAllowedGrants',
  'tenantId',
  'allowTokenExchange',
  'isDeviceFlow',
] as const;

const isPublic = ({ type }: Application): boolean => type === 'SPA' || type === 'Native';

function grantsOf(
  application: Application,
): Required<Pick<ClientMetadata, 'grant_types' | 'response_types'>> {
  const { type, isThirdParty, customClientMetadata } = application;
  const isExchanging = !isThirdParty && customClientMetadata['allowTokenExchange'] === true;
  const exchange = isExchanging ? [tokenExchange] : [];
  if (type === 'MachineToMachine')
    return { grant_types: ['client_credentials', ...exchange], response_types: [] };
  const isDevice = type === 'Native' && customClientMetadata.isDeviceFlow === true;
  return {
    grant_types: [isDevice ? deviceCode : 'authorization_code', 'refresh_token', ...exchange],
    response_types: isDevice ? [] : ['code'],
  };
}

/** Only confidential clients need `secret`. */
function clientMetadata(application: Application, algorithm: TokenAlgorithm, secret: string): ClientMetadata {
  const { redirectUris, postLogoutRedirectUris, backchannelLogoutUri, backchannelLogoutSessionRequired } =
    application.oidcClientMetadata;
  return {
    client_id: application.id,
    client_name: application.name,
    application_type: application.type === 'Native' ? 'native' : 'web',
    token_endpoint_auth_method: isPublic(application) ? 'none' : 'client_secret_basic',
    ...(isPublic(application) ? {} : { client_secret: secret }),
    redirect_uris: [...redirectUris],
    post_logout_redirect_uris: [...postLogoutRedirectUris],
    backchannel_logout_uri: backchannelLogoutUri,
    backchannel_logout_session_required: backchannelLogoutSessionRequired,
    ...grantsOf(application),
    id_token_signed_response_alg: algorithm,
    ...application.customClientMetadata,
  };
}

const refuse = async (): Promise<never> => {
  throw new Error('Clients are managed through the Management API.');
};

/** Reads the directory's applications. oidc-provider never writes them. */
export function clientAdapter({ directory, clock, signingKeys, settings }: Logto): Adapter {
  return {
    upsert: refuse,
    destroy: refuse,
    consume: refuse,
    findByUid: refuse,
    findByUserCode: refuse,
    revokeByGrantId: refuse,
    async find(id) {
      // oidc-provider then fetches the client's document.
      if (isCimdClientId(id) && settings.cimd().enabled) return undefined;
      const application = directory.applications.get(id);
      if (application === undefined) throw new errors.InvalidClient(`invalid client ${id}`);
      const secret = clientSecret({ directory, clock }, application, Provider.ctx);
      const ceiling = ceilingOf(directory, id);
      return {
        ...clientMetadata(application, signingKeys.algorithm(), secret),
        ...(ceiling === undefined ? {} : { scope: clientScope(ceiling) }),
      };
    },
  };
}

export function isOriginAllowed(origin: string, metadata: ClientMetadata): boolean {
  const { corsAllowedOrigins } = metadata;
  if (Array.isArray(corsAllowedOrigins) && corsAllowedOrigins.includes(origin)) return true;
  return metadata.redirect_uris?.some((uri) => URL.parse(uri)?.origin === origin) ?? false;
}
