import { errors, type Client, type KoaContextWithOIDC, type ResourceServer } from 'oidc-provider';
import { ceilingOf } from '../directory/consent-scopes.ts';
import type { ConsentScopes } from '../directory/records.ts';
import {
  membershipIn,
  organizationScopesOf,
  resourceScopesOf,
  type Holder,
} from '../directory/granted-scopes.ts';
import type { Logto } from '../logto.ts';

export const deviceCode = 'urn:ietf:params:oauth:grant-type:device_code';
export const tokenExchange = 'urn:ietf:params:oauth:grant-type:token-exchange';

/** Logto's reserved resource, which SDKs request together with the scope `organizations`. */
export const organizationsResource = 'urn:logto:resource:organizations';
const organizationUrn = 'urn:logto:organization:';

export const urnOf = (organizationId: string): string => `${organizationUrn}${organizationId}`;

export const isOrganizationUrn = (audience: unknown): boolean => String(audience).startsWith(organizationUrn);

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;
const organizationGrants = new Set(['refresh_token', 'client_credentials', tokenExchange]);

/**
 * oidc-provider strips the parameter from token requests, because its grants do not know it. The body still has it.
 */
export function requestedOrganization({ oidc }: KoaContextWithOIDC): string | undefined {
  if (oidc.route !== 'token') return text(oidc.params?.['organization_id']);
  return organizationGrants.has(String(oidc.params?.['grant_type']))
    ? text(oidc.body?.['organization_id'])
    : undefined;
}

export function denied(description: string): errors.AccessDenied {
  const error = new errors.AccessDenied(description);
  error.status = error.statusCode = 403;
  return error;
}

function holderOf(ctx: KoaContextWithOIDC, client: Client): Holder {
  const userId = ctx.oidc.session?.accountId ?? ctx.oidc.entities.Account?.accountId;
  const organizationId = requestedOrganization(ctx);
  return userId === undefined
    ? { id: client.clientId, kind: 'application', organizationId }
    : { id: userId, kind: 'user', organizationId };
}

type Named = { readonly id: string; readonly name: string };

/** Leaves out the scopes that are not in the ceiling of a third-party client. */
export function withinCeiling<T extends Named>(
  ceiling: ConsentScopes | undefined,
  kinds: readonly Exclude<keyof ConsentScopes, 'userScopes'>[],
  scopes: readonly T[],
): T[] {
  const allowed = ceiling && new Set(kinds.flatMap((kind) => ceiling[kind]));
  return scopes.filter(({ id }) => allowed?.has(id) ?? true);
}

/** `getResourceServerInfo` of oidc-provider. */
export function resourceServers({ directory, signingKeys }: Logto) {
  const serverOf = (scopes: readonly { name: string }[], accessTokenTTL: number): ResourceServer => ({
    accessTokenFormat: 'jwt',
    accessTokenTTL,
    jwt: { sign: { alg: signingKeys.algorithm() } },
    scope: scopes.map(({ name }) => name).join(' '),
  });

  return async (ctx: KoaContextWithOIDC, indicator: string, client: Client): Promise<ResourceServer> => {
    const holder = holderOf(ctx, client);
    const ceiling = ceilingOf(directory, client.clientId);
    if (indicator === organizationsResource) {
      const all = [...directory.organizationScopes.values()];
      return serverOf(withinCeiling(ceiling, ['organizationScopes'], all), 3600);
    }
    // Before a sign-in, an organization only selects what the sign-in page shows.
    if (ctx.oidc.route === 'token' && holder.kind === 'application' && holder.organizationId !== undefined) {
      if (membershipIn(directory, holder.organizationId, holder.id) === undefined) {
        throw denied('app has not associated with the organization');
      }
    }
    if (holder.organizationId !== undefined && indicator === urnOf(holder.organizationId)) {
      const membership = membershipIn(directory, holder.organizationId, holder.id);
      return serverOf(membership === undefined ? [] : organizationScopesOf(directory, membership), 3600);
    }
    const [resource] = directory.resources.findBy('indicator', indicator);
    if (resource === undefined) throw new errors.InvalidTarget();
    const scopes = resourceScopesOf(directory, holder, indicator);
    return serverOf(
      withinCeiling(ceiling, ['resourceScopes', 'organizationResourceScopes'], scopes),
      resource.accessTokenTtl,
    );
  };
}

/**
 * Without `resource`: the organization that a machine-to-machine application names, the tenant's default resource, or
 * none.
 */
export function defaultResource({ directory }: Logto) {
  return async (ctx: KoaContextWithOIDC): Promise<string | string[]> => {
    if (ctx.oidc.params?.['grant_type'] === 'client_credentials') {
      const organizationId = requestedOrganization(ctx);
      if (organizationId !== undefined) return urnOf(organizationId);
    }
    for (const resource of directory.resources.values()) if (resource.isDefault) return resource.indicator;
    if (ctx.oidc.params?.['grant_type'] === 'client_credentials') {
      throw new errors.InvalidTarget('both `resource` and `organization_id` are not provided');
    }
    return [];
  };
}
