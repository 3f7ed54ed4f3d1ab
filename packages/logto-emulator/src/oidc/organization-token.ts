import { errors, type Grant, type KoaContextWithOIDC, type RefreshToken } from 'oidc-provider';
import {
  consentScopesOf,
  cimdCeiling,
  isCimdClientId,
  isOrganizationConsented,
} from '../directory/consent-scopes.ts';
import { membershipIn, organizationScopesOf } from '../directory/granted-scopes.ts';
import type { OrganizationScope } from '../directory/records.ts';
import type { Logto } from '../logto.ts';
import {
  denied,
  organizationsResource,
  requestedOrganization,
  urnOf,
  withinCeiling,
} from './resource-servers.ts';

const organizationsScope = 'urn:logto:scope:organizations';
const year = 365.25 * 24 * 60 * 60;

/** A public client's token rotates with every use, others near the end of their life, none after a year. */
function isRotationDue(token: RefreshToken, isPublic: boolean): boolean {
  if (token.totalLifetime() >= year) return false;
  return isPublic || token.ttlPercentagePassed() >= 70;
}

function without(resource: RefreshToken['resource'], prefix: string): string[] {
  const list = Array.isArray(resource) ? resource : resource === undefined ? [] : [resource];
  return list.filter((indicator) => !indicator.startsWith(prefix));
}

/**
 * Runs in `rotateRefreshToken`, oidc-provider's only hook between validating and consuming the refresh token. Logto
 * checks the membership at the same point, so the refresh token is still valid after a refusal.
 *
 * Without a resource, the organization is the resource: `aud` is its URN, and the scopes are those of the member's
 * roles.
 */
function organizationToken({ directory }: Logto) {
  /** The scopes of a CIMD client are those of the grant that are still in the ceiling. */
  const available = (clientId: string, grant: Grant, scopes: OrganizationScope[]): OrganizationScope[] => {
    if (!isCimdClientId(clientId)) return scopes;
    const granted = new Set(grant.getResourceScope(organizationsResource).split(' '));
    const ceiling = consentScopesOf(directory, cimdCeiling);
    return withinCeiling(ceiling, ['organizationScopes'], scopes).filter(({ name }) => granted.has(name));
  };

  return (ctx: KoaContextWithOIDC): void => {
    const { params, entities } = ctx.oidc;
    const { RefreshToken: refreshToken, Grant: grant, Account: account } = entities;
    const organizationId = requestedOrganization(ctx);
    if (
      organizationId === undefined ||
      refreshToken === undefined ||
      grant === undefined ||
      account === undefined
    )
      return;

    const membership = membershipIn(directory, organizationId, account.accountId);
    if (membership === undefined) throw denied('user is not a member of the organization');
    const { clientId = '', grantId } = refreshToken;
    if (!isOrganizationConsented(directory, { clientId, grantId, userId: account.accountId, organizationId }))
      throw denied('organization access is not granted to the application');
    if (!refreshToken.scopes.has(organizationsScope)) {
      throw new errors.InsufficientScope('refresh token missing required scope', organizationsScope);
    }
    if (params === undefined || params['resource'] !== undefined) return;

    const urn = urnOf(organizationId);
    params['resource'] = urn;
    refreshToken.resource = [...without(refreshToken.resource, urnOf('')), urn];
    grant.addResourceScope(
      urn,
      available(clientId, grant, organizationScopesOf(directory, membership)).map(({ name }) => name),
    );
  };
}

export function rotateRefreshToken(logto: Logto) {
  const prepare = organizationToken(logto);
  return (ctx: KoaContextWithOIDC): boolean => {
    prepare(ctx);
    const { RefreshToken: refreshToken, Client: client } = ctx.oidc.entities;
    if (refreshToken === undefined || client === undefined) return false;
    if (client.metadata()['rotateRefreshToken'] === false) return false;
    return isRotationDue(refreshToken, client.clientAuthMethod === 'none');
  };
}
