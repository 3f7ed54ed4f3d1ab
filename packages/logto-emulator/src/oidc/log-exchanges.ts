import { errors, type KoaContextWithOIDC, type Provider } from 'oidc-provider';
import type { AuditLog } from '../directory/audit-log.ts';
import { clientIdentifier, isCimdClientId } from '../directory/consent-scopes.ts';
import type { Logto } from '../logto.ts';
import type { RaisedEvent } from '../webhooks/events.ts';
import { callerOf } from '../webhooks/payloads.ts';
import { deviceCode, tokenExchange } from './resource-servers.ts';

const names: Readonly<Record<string, string>> = {
  authorization_code: 'AuthorizationCode',
  refresh_token: 'RefreshToken',
  client_credentials: 'ClientCredentials',
  [deviceCode]: 'DeviceCode',
  [tokenExchange]: 'TokenExchange',
};
const secrets = new Set([
  'client_secret',
  'refresh_token',
  'code',
  'code_verifier',
  'device_code',
  'subject_token',
  'actor_token',
]);

function details(ctx: KoaContextWithOIDC) {
  const { Account: account, Client: client } = ctx.oidc.entities;
  // A document that cannot be fetched leaves no client.
  const submitted = String(ctx.oidc.body?.['client_id']);
  // As in Logto, `client_secret` is listed even if there is none.
  const params = Object.entries({ client_secret: undefined, ...ctx.oidc.body }).map(([name, value]) => [
    name,
    secrets.has(name) ? '******' : value,
  ]);
  return {
    ...callerOf(ctx),
    userId: account?.accountId,
    ...clientIdentifier(client?.clientId ?? (isCimdClientId(submitted) ? submitted : undefined)),
    params: Object.fromEntries(params),
  };
}

function tokenTypes(body: unknown): string[] {
  const given = Object(body);
  return [
    ...(given.access_token === undefined ? [] : ['AccessToken']),
    ...(given.refresh_token === undefined ? [] : ['RefreshToken']),
    ...(given.id_token === undefined ? [] : ['IdToken']),
  ];
}

function keyOf({ oidc }: KoaContextWithOIDC): string | undefined {
  const name = names[String(oidc.body?.['grant_type'])];
  return name === undefined ? undefined : `ExchangeTokenBy.${name}`;
}

/** Only known kinds of exchanges are logged, with their secrets masked. */
export function logExchanges(provider: Provider, log: AuditLog): void {
  provider.on('grant.success', (ctx) => {
    const key = keyOf(ctx);
    const { scope } = Object(ctx.body);
    if (key !== undefined)
      log.record(key, { result: 'Success', ...details(ctx), tokenTypes: tokenTypes(ctx.body), scope });
  });
  provider.on('grant.error', (ctx, error) => {
    const key = keyOf(ctx);
    const { message, name } = error;
    const known = error instanceof errors.OIDCProviderError ? error : undefined;
    const text = JSON.stringify({
      message,
      name,
      error: known?.error,
      statusCode: known?.statusCode,
      error_description: known?.error_description,
    });
    if (key !== undefined) log.record(key, { result: 'Error', error: text, ...details(ctx), tokenTypes: [] });
  });
}

/** When a sign-in exceeds `maxAllowedGrants` of an application, the user's oldest grants are revoked. */
export function limitGrants(provider: Provider, { directory, instances, webhooks, clock }: Logto): void {
  provider.on('authorization.success', (ctx: KoaContextWithOIDC) => {
    const { client, session } = ctx.oidc;
    const application = directory.applications.get(client?.clientId ?? '');
    const max = application?.customClientMetadata.maxAllowedGrants;
    if (application === undefined || max === undefined || session?.accountId === undefined) return;
    const active = instances
      .list('Grant', session.accountId)
      .filter(({ payload }) => payload.clientId === application.id)
      .toSorted((a, b) => (a.payload.iat ?? 0) - (b.payload.iat ?? 0));
    const revoked = active.slice(0, Math.max(0, active.length - max)).map(({ id }) => id);
    if (revoked.length === 0) return;
    for (const id of revoked) instances.revokeGrant(id);

    const { id, type, name, description } = application;
    const event: RaisedEvent = {
      event: 'Grant.LimitExceeded',
      payload: {
        event: 'Grant.LimitExceeded',
        createdAt: new Date(clock.now()).toISOString(),
        ip: ctx.ip,
        userAgent: ctx.get('user-agent') || undefined,
        application: { id, type, name, description },
        userId: session.accountId,
        applicationId: id,
        revokedGrantIds: revoked,
        maxAllowedGrants: max,
        preRevocationActiveGrantCount: active.length,
      },
    };
    void webhooks.raise([event]);
  });
}
