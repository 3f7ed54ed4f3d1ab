import type { Context } from 'koa';
import type { Client, Grant, Interaction } from 'oidc-provider';
import { z } from 'zod';
import { ceilingOf, consentOrganizationsOf, isCimdClientId } from '../directory/consent-scopes.ts';
import { membershipsOf, pick, resourceScopesOf } from '../directory/granted-scopes.ts';
import type { OrganizationScope, Scope, User } from '../directory/records.ts';
import type { Logto } from '../logto.ts';
import { consentToOrganizations, refuseNonMember, showScope } from '../management/consent-scopes.ts';
import { RequestError } from '../management/request-error.ts';
import { isRedirectUriAllowed } from '../oidc/client-documents.ts';
import { organizationsResource, withinCeiling } from '../oidc/resource-servers.ts';
import { resume } from './interaction.ts';

const missing = z.object({
  missingOIDCScope: z.array(z.string()).default([]),
  missingOIDCClaims: z.array(z.string()).default([]),
  missingResourceScopes: z.record(z.string(), z.array(z.string())).default({}),
});

const organizationsScope = 'urn:logto:scope:organizations';

export interface MissingScopes {
  readonly resource: { readonly id: string; readonly name: string; readonly indicator: string };
  readonly scopes: readonly Pick<Scope, 'id' | 'name' | 'description'>[];
}

/** A sign-in that has got to the consent. */
interface Consenting {
  readonly interaction: Interaction;
  readonly client: Client;
  readonly user: User;
}

/** @throws RequestError 400 without a session, user or client, or if the client has dropped the redirect URI */
export async function consenting(logto: Logto, interaction: Interaction | undefined): Promise<Consenting> {
  const user = logto.directory.users.get(interaction?.session?.accountId ?? '');
  if (interaction === undefined || user === undefined) throw new RequestError('session.not_found');
  const { client_id: clientId, redirect_uri: redirectUri } = interaction.params;
  const client = await logto.provider().Client.find(String(clientId));
  if (client === undefined) throw new RequestError('oidc.invalid_client');
  if (typeof redirectUri === 'string' && !isRedirectUriAllowed(client, redirectUri))
    throw new RequestError('oidc.invalid_redirect_uri');
  return { interaction, client, user };
}

/** The requested scopes that the user can grant: on their own, or for an organization. */
function grantable(
  { directory }: Logto,
  { client: { clientId }, user, interaction }: Consenting,
  organizationId?: string,
): MissingScopes[] {
  const ceiling = ceilingOf(directory, clientId);
  const kind = organizationId === undefined ? 'resourceScopes' : 'organizationResourceScopes';
  const withoutOrganizations = organizationId === undefined;
  const holder = { id: user.id, kind: 'user', organizationId, withoutOrganizations } as const;
  const requested = Object.entries(missing.parse(interaction.prompt.details).missingResourceScopes);
  return requested.flatMap(([indicator, names]) => {
    const isRequested = ({ name }: OrganizationScope | Scope): boolean => names.includes(name);
    if (indicator === organizationsResource) {
      const all = [...directory.organizationScopes.values()].filter(isRequested);
      const scopes = withinCeiling(ceiling, ['organizationScopes'], all).map(showScope);
      return scopes.length === 0 ? [] : { resource: { id: indicator, name: indicator, indicator }, scopes };
    }
    const own = resourceScopesOf(directory, holder, indicator).filter(isRequested);
    const scopes = withinCeiling(ceiling, [kind], own).map(showScope);
    const resources = scopes.length === 0 ? [] : directory.resources.findBy('indicator', indicator);
    return resources.map(({ id, name }) => ({ resource: { id, name, indicator }, scopes }));
  });
}

/** The answer of `GET /api/interaction/consent`. */
export function consentInfo(logto: Logto, from: Consenting) {
  const { client, user, interaction } = from;
  const { directory } = logto;
  const { missingOIDCScope } = missing.parse(interaction.prompt.details);
  const organizations = missingOIDCScope.includes(organizationsScope)
    ? pick(
        directory.organizations,
        membershipsOf(directory, user.id).map(({ organizationId }) => organizationId),
      )
    : [];
  const { id, name, avatar, username, primaryEmail, primaryPhone } = user;
  const { redirect_uri: redirectUri } = interaction.params;
  return {
    application: {
      id: client.clientId,
      name: client.clientName ?? '',
      ...(isCimdClientId(client.clientId) && {
        termsOfUseUrl: client.tosUri,
        privacyPolicyUrl: client.policyUri,
        ...(client.logoUri !== undefined && { branding: { logoUrl: client.logoUri } }),
      }),
    },
    user: { id, name, avatar, username, primaryEmail, primaryPhone },
    organizations: organizations.map((organization) => ({
      name: organization.name,
      id: organization.id,
      missingResourceScopes: grantable(logto, from, organization.id),
    })),
    missingOIDCScope: missingOIDCScope.filter((scope) => scope !== 'openid' && scope !== 'offline_access'),
    missingResourceScopes: grantable(logto, from),
    redirectUri: typeof redirectUri === 'string' ? redirectUri : undefined,
  };
}

async function grantFor(logto: Logto, { client, user, interaction }: Consenting): Promise<Grant> {
  const { Grant } = logto.provider();
  const existing = interaction.grantId === undefined ? undefined : await Grant.find(interaction.grantId);
  return existing ?? new Grant({ accountId: user.id, clientId: client.clientId });
}

async function save(
  logto: Logto,
  ctx: Context,
  [{ user, client }, grant, organizationId]: readonly [
    Consenting,
    Grant,
    organizationId?: string | undefined,
  ],
): Promise<string> {
  const { directory, clock } = logto;
  const { clientId, clientName } = client;
  const grantId = await grant.save();
  const isCimd = isCimdClientId(clientId);
  if (isCimd) {
    const name = clientName?.slice(0, 256) || null;
    directory.cimdGrants.put(grantId, { userId: user.id, name, organizationId: organizationId ?? null });
  }
  if (user.applicationId === null && user.cimdClientId === null) {
    const first = isCimd ? { cimdClientId: clientId } : { applicationId: clientId };
    directory.users.put(user.id, { ...user, ...first, updatedAt: clock.now() });
  }
  return resume(logto, ctx, { consent: { grantId } });
}

/** Grants all requested scopes without a page, as Logto does for first-party applications. */
export async function consentAutomatically(logto: Logto, ctx: Context, from: Consenting): Promise<string> {
  const grant = await grantFor(logto, from);
  const requested = missing.parse(from.interaction.prompt.details);
  grant.addOIDCScope(requested.missingOIDCScope);
  grant.addOIDCClaims(requested.missingOIDCClaims);
  for (const [resource, scopes] of Object.entries(requested.missingResourceScopes))
    grant.addResourceScope(resource, scopes);
  return save(logto, ctx, [from, grant]);
}

/**
 * Grants a third-party client what it has requested, as far as the user has it, and rejects the rest.
 * @throws RequestError 422 when the user is not a member of an organization, and 400 for several organizations of a
 * CIMD client
 */
export async function grantConsent(
  logto: Logto,
  ctx: Context,
  [from, organizationIds]: readonly [Consenting, organizationIds: readonly string[]],
): Promise<string> {
  const {
    client: { clientId },
    user,
    interaction,
  } = from;
  const { directory } = logto;
  const isCimd = isCimdClientId(clientId);
  if (isCimd && organizationIds.length > 1) throw new RequestError('oidc.invalid_request');
  if (isCimd) refuseNonMember(logto, user.id, organizationIds);
  else consentToOrganizations(logto, { applicationId: clientId, userId: user.id }, organizationIds);
  const organizations = isCimd
    ? organizationIds
    : consentOrganizationsOf(directory, clientId, user.id).map(({ id }) => id);

  const granted = new Map<string, Set<string>>();
  for (const { resource, scopes } of [undefined, ...organizations].flatMap((id) =>
    grantable(logto, from, id),
  )) {
    const names = granted.get(resource.indicator) ?? new Set();
    for (const { name } of scopes) names.add(name);
    granted.set(resource.indicator, names);
  }

  const grant = await grantFor(logto, from);
  const requested = missing.parse(interaction.prompt.details);
  grant.addOIDCScope(requested.missingOIDCScope);
  grant.addOIDCClaims(requested.missingOIDCClaims);
  for (const [indicator, names] of Object.entries(requested.missingResourceScopes)) {
    const given = granted.get(indicator);
    if (given !== undefined) grant.addResourceScope(indicator, [...given]);
    // A grant of another application is used again, so a resource without any scope can be asked for later.
    if (given !== undefined || isCimd)
      grant.rejectResourceScope(
        indicator,
        names.filter((name) => given?.has(name) !== true),
      );
  }
  return save(logto, ctx, [from, grant, isCimd ? organizationIds[0] : undefined]);
}
