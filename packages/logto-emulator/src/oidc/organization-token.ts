import { errors, type KoaContextWithOIDC, type RefreshToken } from 'oidc-provider';
import { membershipIn, organizationScopesOf } from '../directory/rights.ts';
import type { Logto } from '../logto.ts';
import { denied, requestedOrganization, urnOf } from './resource-servers.ts';

const organizationsScope = 'urn:logto:scope:organizations';
const year = 365.25 * 24 * 60 * 60;

/** Public clients rotate with every use, others near the end of the token's life; no token lives for more than a year. */
function isRotationDue(token: RefreshToken, isPublic: boolean): boolean {
  if (token.totalLifetime() >= year) return false;
  return isPublic || token.ttlPercentagePassed() >= 70;
}

function without(resource: RefreshToken['resource'], prefix: string): string[] {
  const list = Array.isArray(resource) ? resource : resource === undefined ? [] : [resource];
  return list.filter((indicator) => !indicator.startsWith(prefix));
}

/**
 * Turns a refresh into one for an organization, if it is for one. Runs as `rotateRefreshToken`, the one hook that
 * oidc-provider calls when the refresh token has been proved valid and is not consumed yet: exactly where Logto checks
 * the membership, so that a refusal costs the client nothing.
 *
 * With a resource the token stays one for that resource (`organization_id` is added as a claim). Without one the
 * organization itself becomes the resource: `aud` is its URN, the scopes are those of the member's roles in it.
 */
function organizationToken({ directory }: Logto) {
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
    if (!refreshToken.scopes.has(organizationsScope)) {
      throw new errors.InsufficientScope('refresh token missing required scope', organizationsScope);
    }
    if (params === undefined || params['resource'] !== undefined) return;

    const urn = urnOf(organizationId);
    params['resource'] = urn;
    refreshToken.resource = [...without(refreshToken.resource, urnOf('')), urn];
    grant.addResourceScope(
      urn,
      organizationScopesOf(directory, membership).map(({ name }) => name),
    );
  };
}

/** oidc-provider's `rotateRefreshToken`, with the organization token on the way. */
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
