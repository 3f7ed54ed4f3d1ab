import { errors, type KoaContextWithOIDC, type Provider } from 'oidc-provider';
import type { AuditLog } from '../directory/audit-log.ts';
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
  const params = Object.entries(ctx.oidc.body ?? {}).map(([name, value]) => [
    name,
    secrets.has(name) ? '******' : value,
  ]);
  return {
    ip: ctx.ip,
    userAgent: ctx.get('user-agent') || undefined,
    userId: account?.accountId,
    applicationId: client?.clientId,
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

/** Records each token exchange of a known kind in the audit log, with what the error was and without its secrets. */
export function logExchanges(provider: Provider, log: AuditLog): void {
  provider.on('grant.success', (ctx) => {
    const key = keyOf(ctx);
    if (key !== undefined)
      log.record(key, { result: 'Success', ...details(ctx), tokenTypes: tokenTypes(ctx.body) });
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
