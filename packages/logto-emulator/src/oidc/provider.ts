import { createHash } from 'node:crypto';
import type { Context, Next } from 'koa';
import { type Configuration, type KoaContextWithOIDC, Provider } from 'oidc-provider';
import { isCimdClientId } from '../directory/consent-scopes.ts';
import type { Logto } from '../logto.ts';
import { ipv6Address, oidcCacheHeaders } from '../response-headers.ts';
import { accountOf, claimsByScope } from './claims.ts';
import { clientAdapter, extraClientMetadata, isOriginAllowed } from './clients.ts';
import { documentFetch, documentLimits, documents } from './client-documents.ts';
import { customClaims, type CustomClaims } from './custom-claims.ts';
import { limitGrants, logExchanges } from './log-exchanges.ts';
import { accessTokenTime, decorateErrors, idTokenTime, requestForms, unknownRoute } from './middleware.ts';
import { rotateRefreshToken } from './organization-token.ts';
import { codeConfirmation, codeInput, deviceSignedIn, loginUrl, signedOut, signingOut } from './pages.ts';
import {
  defaultResource,
  requestedOrganization,
  resourceServers,
  tokenExchange,
} from './resource-servers.ts';
import { exchangeToken, tokenExchangeParameters } from './token-exchange.ts';

/** Clients revalidate the JWKS with every use. Until a key rotates, this costs a 304. */
async function jwksHeaders(ctx: Context, next: Next): Promise<void> {
  await next();
  if (ctx.path !== '/jwks' || ctx.status !== 200) return;
  ctx.set('cache-control', 'no-cache, max-age=0, must-revalidate');
  ctx.etag = createHash('sha256').update(JSON.stringify(ctx.body)).digest('base64url');
  if (ctx.fresh) {
    ctx.status = 304;
    ctx.body = null;
  }
}

/** For an application without scopes in the organization. */
async function emptyScope(ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
  await next();
  if (ctx.path !== '/token' || ctx.status !== 200) return;
  const { params, body } = ctx.oidc;
  if (params?.['grant_type'] !== 'client_credentials' || body?.['resource'] !== undefined) return;
  if (requestedOrganization(ctx) === undefined) return;
  const response = Object(ctx.body);
  ctx.body = { ...response, scope: response.scope ?? '' };
}

const day = 24 * 60 * 60;
const cookie = { sameSite: 'lax', path: '/', signed: true, overwrite: true } as const;

/** Logto's and the emulator's own parameters. */
const extraParams = [
  'interaction_mode',
  'first_screen',
  'direct_sign_in',
  'organization_id',
  'login_hint',
  'ui_locales',
  'identifier',
  'one_time_token',
  'google_one_tap_credential',
  'emulator_user',
];

export interface ProviderOptions {
  readonly cookieKeys: string[];
  readonly customClaims: CustomClaims | undefined;
}

const number = (value: unknown, fallback: number): number => (typeof value === 'number' ? value : fallback);

const lifetimes: NonNullable<Configuration['ttl']> = {
  AccessToken: (_, token) => token.resourceServer?.accessTokenTTL ?? 3600,
  AuthorizationCode: 60,
  ClientCredentials: (_, token) => token.resourceServer?.accessTokenTTL ?? 3600,
  Grant: 180 * day,
  IdToken: (_, __, client) => number(client.metadata()['idTokenTtl'], 3600),
  Interaction: 3600,
  /** The lifetime of a public client's refresh token counts from the sign-in: rotation does not extend it. */
  RefreshToken: (ctx, _, client) => {
    const { RotatedRefreshToken: rotated } = ctx.oidc.entities;
    if (rotated !== undefined && client.applicationType === 'web' && client.clientAuthMethod === 'none') {
      return rotated.remainingTTL;
    }
    const { refreshTokenTtlInDays: days, refreshTokenTtl: seconds } = client.metadata();
    return typeof days === 'number' ? days * day : number(seconds, 14 * day);
  },
  Session: 14 * day,
};

function features(logto: Logto): NonNullable<Configuration['features']> {
  return {
    backchannelLogout: { enabled: true },
    clientCredentials: { enabled: true },
    clientIdMetadataDocument: documents(logto),
    dPoP: { enabled: false },
    deviceFlow: {
      enabled: true,
      userCodeInputSource: codeInput,
      userCodeConfirmSource: codeConfirmation,
      successSource: deviceSignedIn,
    },
    devInteractions: { enabled: false },
    introspection: {
      enabled: true,
      allowedPolicy: (_, client, token) =>
        client.clientAuthMethod !== 'none' || token.clientId === client.clientId,
    },
    resourceIndicators: {
      enabled: true,
      defaultResource: defaultResource(logto),
      getResourceServerInfo: resourceServers(logto),
      useGrantedResource: () => false,
    },
    revocation: { enabled: true, allowedPolicy: (_, client, token) => token.clientId === client.clientId },
    rpInitiatedLogout: { enabled: true, logoutSource: signingOut, postLogoutSuccessSource: signedOut },
    userinfo: { enabled: true },
  };
}

/** Only a token for both a resource and an organization has this claim. */
function organizationClaim(ctx: KoaContextWithOIDC): { organization_id?: string } {
  const organizationId = requestedOrganization(ctx);
  const isForResource = ctx.oidc.route === 'token' && typeof ctx.oidc.body?.['resource'] === 'string';
  return organizationId !== undefined && isForResource ? { organization_id: organizationId } : {};
}

function configuration(
  logto: Logto,
  { cookieKeys, customClaims: programmatic }: ProviderOptions,
): Configuration {
  const { signingKeys, instances, clock } = logto;
  const customize = customClaims(logto, programmatic);
  return {
    adapter: (model) => (model === 'Client' ? clientAdapter(logto) : instances.adapter(model)),
    claims: Object.fromEntries(Object.entries(claimsByScope).map(([scope, claims]) => [scope, [...claims]])),
    clientBasedCORS: (ctx, origin, client) =>
      ctx.URL.origin === origin ||
      isOriginAllowed(origin, { ...client.metadata(), redirect_uris: client.redirectUris ?? [] }),
    clientDefaults: { id_token_signed_response_alg: signingKeys.algorithm() },
    conformIdTokenClaims: false,
    cookies: { keys: cookieKeys, long: cookie, short: cookie },
    enabledJWA: {
      idTokenSigningAlgValues: ['RS256', 'PS256', 'ES256', 'ES384', 'ES512'],
      introspectionSigningAlgValues: ['RS256', 'PS256', 'ES256', 'ES384', 'ES512'],
      userinfoSigningAlgValues: ['RS256', 'PS256', 'ES256', 'ES384', 'ES512'],
    },
    extraClientMetadata: { properties: [...extraClientMetadata] },
    extraParams,
    extraTokenClaims: async (ctx, token) => ({
      ...organizationClaim(ctx),
      ...token.extra,
      ...(await customize(ctx, token)),
    }),
    features: features(logto),
    fetch: documentFetch(logto),
    fetchResponseBodyLimits: documentLimits,
    formats: { customizers: { jwt: accessTokenTime(clock) } },
    findAccount: async (_, sub) => accountOf(logto, sub),
    interactions: { url: loginUrl(logto) },
    issueRefreshToken: async (_, client, code) =>
      client.grantTypeAllowed('refresh_token') &&
      (code.scopes.has('offline_access') ||
        (client.applicationType === 'web' && client.metadata()['alwaysIssueRefreshToken'] === true)),
    // The organization belongs to the grant, so each authorization of a CIMD client gets its own.
    async loadExistingGrant({ oidc: { client, provider, result, session } }) {
      const isReusable = client !== undefined && !isCimdClientId(client.clientId);
      const grantId =
        result?.consent?.grantId ?? (isReusable ? session?.grantIdFor(client.clientId) : undefined);
      return grantId === undefined ? undefined : provider.Grant.find(grantId);
    },
    jwks: { keys: signingKeys.list().map(({ jwk }) => jwk) },
    pkce: { required: (_, client) => client.clientAuthMethod !== 'client_secret_basic' },
    renderError(ctx, out) {
      ctx.body = out;
    },
    rotateRefreshToken: rotateRefreshToken(logto),
    ttl: lifetimes,
  };
}

/** A rotation of the signing keys requires a new provider. */
export function createProvider(logto: Logto, options: ProviderOptions): Provider {
  const provider = new Provider(`${logto.endpoint}/oidc`, configuration(logto, options));
  provider.registerGrantType(tokenExchange, exchangeToken(logto), tokenExchangeParameters, ['resource']);
  logExchanges(provider, logto.auditLog);
  limitGrants(provider, logto);
  for (const middleware of [
    ipv6Address,
    oidcCacheHeaders,
    decorateErrors,
    unknownRoute,
    emptyScope,
    idTokenTime(logto),
    jwksHeaders,
    requestForms,
    logto.submissions.record,
  ])
    provider.use(middleware);
  return provider;
}
