import { Provider, errors, type Adapter, type ClientMetadata } from 'oidc-provider';
import type { Application } from '../directory/records.ts';
import type { TokenAlgorithm } from './signing-keys.ts';
import type { Logto } from '../logto.ts';
import { deviceCode, tokenExchange } from './grant-types.ts';
import { clientSecret } from './client-secret.ts';

/** Client metadata that oidc-provider does not know. It keeps such fields only when they are listed. */
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
  const device = type === 'Native' ? [deviceCode] : [];
  return {
    grant_types: ['authorization_code', 'refresh_token', ...device, ...exchange],
    response_types: ['code'],
  };
}

/** Converts an application of Logto to oidc-provider's client metadata. Only confidential clients need `secret`. */
function clientMetadata(application: Application, algorithm: TokenAlgorithm, secret: string): ClientMetadata {
  const { redirectUris, postLogoutRedirectUris } = application.oidcClientMetadata;
  return {
    client_id: application.id,
    client_name: application.name,
    application_type: application.type === 'Native' ? 'native' : 'web',
    token_endpoint_auth_method: isPublic(application) ? 'none' : 'client_secret_basic',
    ...(isPublic(application) ? {} : { client_secret: secret }),
    redirect_uris: [...redirectUris],
    post_logout_redirect_uris: [...postLogoutRedirectUris],
    ...grantsOf(application),
    id_token_signed_response_alg: algorithm,
    ...application.customClientMetadata,
  };
}

const refuse = async (): Promise<never> => {
  throw new Error('Clients are managed through the Management API.');
};

/** Clients are the directory's applications. OIDC never writes them. */
export function clientAdapter({ directory, clock, signingKeys }: Logto): Adapter {
  return {
    upsert: refuse,
    destroy: refuse,
    consume: refuse,
    findByUid: refuse,
    findByUserCode: refuse,
    revokeByGrantId: refuse,
    async find(id) {
      const application = directory.applications.get(id);
      if (application === undefined) throw new errors.InvalidClient(`invalid client ${id}`);
      const secret = clientSecret({ directory, clock }, application, Provider.ctx);
      return { ...clientMetadata(application, signingKeys.algorithm(), secret) };
    },
  };
}

/** Whether a browser page of this origin may call the token endpoint for a client. */
export function isOriginAllowed(origin: string, metadata: ClientMetadata): boolean {
  const { corsAllowedOrigins } = metadata;
  if (Array.isArray(corsAllowedOrigins) && corsAllowedOrigins.includes(origin)) return true;
  return metadata.redirect_uris?.some((uri) => URL.parse(uri)?.origin === origin) ?? false;
}
