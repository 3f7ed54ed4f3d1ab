import type { KoaContextWithOIDC } from 'oidc-provider';
import { requestedOrganization } from './resource-servers.ts';

/** The token response for an organization says so when the application has no scopes there. */
export async function emptyScope(ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
  await next();
  if (ctx.path !== '/token' || ctx.status !== 200) return;
  const { params, body } = ctx.oidc;
  if (params?.['grant_type'] !== 'client_credentials' || body?.['resource'] !== undefined) return;
  if (requestedOrganization(ctx) === undefined) return;
  const response = Object(ctx.body);
  ctx.body = { ...response, scope: response.scope ?? '' };
}
