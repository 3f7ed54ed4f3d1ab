import { errors, type TokenEndpointGrantContext } from 'oidc-provider';
import { membershipIn, organizationScopesOf } from '../directory/granted-scopes.ts';
import type { Logto } from '../logto.ts';
import { accountOf } from './claims.ts';
import { tokenExchange, denied, requestedOrganization, resourceServers, urnOf } from './resource-servers.ts';

const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token';

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

export const tokenExchangeParameters = [
  'subject_token',
  'subject_token_type',
  'actor_token',
  'actor_token_type',
  'organization_id',
  'scope',
  'resource',
] as const;

/**
 * RFC 8693: exchanges a subject token of `POST /api/subject-tokens`, once, for an access token of its user. An
 * `actor_token`, an opaque access token, adds the claim `act` with its user.
 */
export function exchangeToken(logto: Logto) {
  const { directory, instances } = logto;
  const resourceServerOf = resourceServers(logto);

  const subjectOf = (params: Readonly<Record<string, unknown>>): { id: string; accountId: string } => {
    for (const name of ['subject_token', 'subject_token_type'])
      if (text(params[name]) === undefined)
        throw new errors.InvalidRequest(`missing required parameter(s) ${name}`);
    if (params['subject_token_type'] !== accessTokenType)
      throw new errors.InvalidGrant('unsupported subject token type');
    const token = instances.get('SubjectToken', String(params['subject_token']));
    if (token === undefined) throw new errors.InvalidGrant('subject token not found');
    if (token.expiresAt <= logto.clock.now()) throw new errors.InvalidGrant('subject token is expired');
    if (token.consumedAt !== null) throw new errors.InvalidGrant('subject token is already consumed');
    return { id: token.id, accountId: String(token.payload.accountId) };
  };

  /** A resource, an organization, or only Logto itself. */
  const audienceOf = async (ctx: TokenEndpointGrantContext, accountId: string) => {
    const { client, params } = ctx.oidc;
    const organizationId = requestedOrganization(ctx);
    const membership =
      organizationId === undefined ? undefined : membershipIn(directory, organizationId, accountId);
    if (organizationId !== undefined && membership === undefined)
      throw denied('user is not a member of the organization');
    const resource = text(params['resource']);
    if (resource !== undefined)
      return { audience: resource, server: await resourceServerOf(ctx, resource, client) };
    if (organizationId === undefined || membership === undefined) return undefined;
    const audience = urnOf(organizationId);
    const scope = organizationScopesOf(directory, membership).map(({ name }) => name);
    return {
      audience,
      server: { ...(await resourceServerOf(ctx, audience, client)), scope: scope.join(' ') },
    };
  };

  return async (ctx: TokenEndpointGrantContext): Promise<void> => {
    const { client, params, provider, requestParamScopes } = ctx.oidc;
    const subject = subjectOf(params);
    const { accountId } = subject;
    ctx.oidc.entity('Account', accountOf(logto, accountId));
    const target = await audienceOf(ctx, accountId);
    const allowed =
      target === undefined ? ctx.oidc.requestParamOIDCScopes : new Set(target.server.scope.split(' '));
    const scope = [...requestParamScopes].filter((name) => allowed.has(name)).join(' ');
    const actor = await actorOf(ctx);

    const grant = new provider.Grant({ accountId, clientId: client.clientId });
    if (target === undefined) grant.addOIDCScope(scope);
    else grant.addResourceScope(target.audience, scope);
    const token = new provider.AccessToken({
      client,
      accountId,
      grantId: await grant.save(),
      gty: tokenExchange,
      scope,
      // `extraTokenClaims` copies this into the token.
      ...(actor !== undefined && { extra: { act: { sub: actor } } }),
    });
    if (target !== undefined) {
      const { audience, server } = target;
      token.resourceServer = {
        ...server,
        audience,
        scopes: new Set(server.scope.split(' ')),
        identifier: () => audience,
      };
    }
    ctx.oidc.entity('Grant', grant);
    ctx.oidc.entity('AccessToken', token);
    const value = await token.save();
    await instances.adapter('SubjectToken').consume(subject.id);
    ctx.body = {
      access_token: value,
      expires_in: token.expiration,
      scope: token.scope,
      token_type: token.tokenType,
    };
  };
}

async function actorOf({ oidc }: TokenEndpointGrantContext): Promise<string | undefined> {
  const { actor_token: token, actor_token_type: type } = oidc.params;
  if (text(token) === undefined) return undefined;
  if (type !== accessTokenType) throw new errors.InvalidGrant('unsupported actor token type');
  // As in Logto, a JWT is not found here: only an opaque token has the scope `openid`.
  const actor = await oidc.provider.AccessToken.find(String(token));
  if (actor === undefined) throw new errors.InvalidGrant('invalid actor token');
  if (!actor.scopes.has('openid')) throw new errors.InvalidGrant('actor token must have openid scope');
  return actor.accountId;
}
