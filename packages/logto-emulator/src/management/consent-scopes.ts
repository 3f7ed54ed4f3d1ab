import { z } from 'zod';
import {
  cimdCeiling,
  consentOrganizationKey,
  consentOrganizationsOf,
  consentScopesOf,
  userScopes,
} from '../directory/consent-scopes.ts';
import { membershipIn, pick } from '../directory/granted-scopes.ts';
import type { Application, ConsentScopes, Scope, User } from '../directory/records.ts';
import type { Logto } from '../logto.ts';
import { managementApiIndicator } from '../seed/management-api.ts';
import { input, someIds } from './input.ts';
import { paged } from './paging.ts';
import { found, RequestError } from './request-error.ts';
import { route, type Answer, type Call, type Route } from './route.ts';

const addition = z
  .object({
    organizationScopes: z.array(z.string()),
    resourceScopes: z.array(z.string()),
    organizationResourceScopes: z.array(z.string()),
    userScopes: z.array(z.enum(userScopes)),
  })
  .partial();

const fields = {
  'organization-scopes': 'organizationScopes',
  'resource-scopes': 'resourceScopes',
  'organization-resource-scopes': 'organizationResourceScopes',
  'user-scopes': 'userScopes',
} as const;
const scopeType = z.enum([
  'organization-scopes',
  'resource-scopes',
  'organization-resource-scopes',
  'user-scopes',
]);

const withAdded = (before: readonly string[], added: readonly string[] = []): string[] => [
  ...new Set([...before, ...added]),
];

const existing = ({ directory }: Logto, field: keyof ConsentScopes, ids: readonly string[]): string[] => {
  if (field === 'userScopes') return [...ids];
  const scopes = field === 'organizationScopes' ? directory.organizationScopes : directory.scopes;
  return ids.filter((id) => scopes.has(id));
};

export const showScope = ({ id, name, description }: Pick<Scope, 'id' | 'name' | 'description'>) => ({
  id,
  name,
  description,
});

function showScopes({ directory }: Logto, key: string): unknown {
  const { userScopes: names, ...ids } = consentScopesOf(directory, key);
  const byResource = (scopeIds: readonly string[]) =>
    [...Map.groupBy(pick(directory.scopes, scopeIds), ({ resourceId }) => resourceId)].flatMap(
      ([resourceId, scopes]) =>
        pick(directory.resources, [resourceId]).map(({ id, name, indicator }) => ({
          resource: { id, name, indicator },
          scopes: scopes.map(showScope),
        })),
    );
  return {
    organizationScopes: pick(directory.organizationScopes, ids.organizationScopes).map(showScope),
    resourceScopes: byResource(ids.resourceScopes),
    organizationResourceScopes: byResource(ids.organizationResourceScopes),
    userScopes: names,
  };
}

function refuseScopes(logto: Logto, given: z.output<typeof addition>): void {
  const { organizationScopes = [], resourceScopes = [], organizationResourceScopes = [] } = given;
  const unknown = (field: keyof ConsentScopes, ids: readonly string[]): string[] => {
    const known = existing(logto, field, ids);
    return ids.filter((id) => !known.includes(id));
  };
  const data = {
    invalidOrganizationScopes: unknown('organizationScopes', organizationScopes),
    invalidResourceScopes: unknown('resourceScopes', resourceScopes),
    invalidOrganizationResourceScopes: unknown('organizationResourceScopes', organizationResourceScopes),
  };
  if (Object.values(data).some((ids) => ids.length > 0))
    throw new RequestError('application.user_consent_scopes_not_found', 422, { data });
  const { directory } = logto;
  const [managementApi] = directory.resources.findBy('indicator', managementApiIndicator);
  const scopes = pick(directory.scopes, [...resourceScopes, ...organizationResourceScopes]);
  if (scopes.some(({ resourceId }) => resourceId === managementApi?.id))
    throw new RequestError('application.consent_management_api_scopes_not_allowed', 422);
}

function addScopes({ logto, body }: Call, key: string): Answer {
  const given = input(addition, body);
  refuseScopes(logto, given);
  const { directory } = logto;
  const now = consentScopesOf(directory, key);
  directory.consentScopes.put(key, {
    userScopes: withAdded(now.userScopes, given.userScopes),
    resourceScopes: withAdded(now.resourceScopes, given.resourceScopes),
    organizationScopes: withAdded(now.organizationScopes, given.organizationScopes),
    organizationResourceScopes: withAdded(now.organizationResourceScopes, given.organizationResourceScopes),
  });
  return { status: 201 };
}

function removeScope({ logto, params }: Call, key: string): Answer {
  const field = fields[input(scopeType, params['scopeType'], 'query')];
  const now = consentScopesOf(logto.directory, key);
  const gone = found(existing(logto, field, now[field]).find((id) => id === params['scopeId']));
  logto.directory.consentScopes.put(key, { ...now, [field]: now[field].filter((id) => id !== gone) });
  return {};
}

const applicationOf = ({ logto, params }: Call, name: 'id' | 'applicationId'): Application =>
  found(logto.directory.applications.get(params[name] ?? ''), params[name], 'applications');

function thirdParty(call: Call, name: 'id' | 'applicationId'): Application {
  const application = applicationOf(call, name);
  if (!application.isThirdParty) throw new RequestError('application.third_party_application_only', 422);
  return application;
}

interface Consent {
  readonly applicationId: string;
  readonly userId: string;
}

function consentOf(call: Call): Consent {
  const { id: applicationId } = thirdParty(call, 'id');
  const { userId = '' } = call.params;
  const { id }: User = found(call.logto.directory.users.get(userId), userId, 'users');
  return { applicationId, userId: id };
}

/** @throws RequestError 422 when the user is not a member of each */
export function consentToOrganizations(
  { directory }: Logto,
  consent: Consent,
  organizationIds: readonly string[],
): void {
  refuseNonMember({ directory }, consent.userId, organizationIds);
  for (const organizationId of organizationIds)
    directory.consentOrganizations.put(consentOrganizationKey({ ...consent, organizationId }), {
      ...consent,
      organizationId,
    });
}

/** @throws RequestError 422 */
export function refuseNonMember(
  { directory }: Pick<Logto, 'directory'>,
  userId: string,
  organizationIds: readonly string[],
): void {
  if (organizationIds.some((id) => membershipIn(directory, id, userId) === undefined))
    throw new RequestError('organization.require_membership', 422);
}

function addOrganizations(call: Call): Answer {
  const { organizationIds } = input(z.object({ organizationIds: someIds }), call.body);
  consentToOrganizations(call.logto, consentOf(call), organizationIds);
  return { status: 201 };
}

function removeOrganization(call: Call): Answer {
  const { organizationId = '' } = call.params;
  const key = consentOrganizationKey({ ...consentOf(call), organizationId });
  found(call.logto.directory.consentOrganizations.delete(key) || undefined);
  return {};
}

export const consentScopeRoutes: readonly Route[] = [
  route('GET /applications/:applicationId/user-consent-scopes', (call) => ({
    body: showScopes(call.logto, applicationOf(call, 'applicationId').id),
  })),
  route('POST /applications/:applicationId/user-consent-scopes', (call) =>
    addScopes(call, thirdParty(call, 'applicationId').id),
  ),
  route('DELETE /applications/:applicationId/user-consent-scopes/:scopeType/:scopeId', (call) =>
    removeScope(call, applicationOf(call, 'applicationId').id),
  ),
  route('GET /applications/:id/users/:userId/consent-organizations', { pages: true }, (call) => {
    const { applicationId, userId } = consentOf(call);
    const { body, ...page } = paged(
      call,
      consentOrganizationsOf(call.logto.directory, applicationId, userId),
    );
    return { ...page, body: { organizations: body } };
  }),
  route('POST /applications/:id/users/:userId/consent-organizations', addOrganizations),
  route('DELETE /applications/:id/users/:userId/consent-organizations/:organizationId', removeOrganization),
  route('GET /cimd/user-consent-scopes', ({ logto }) => ({ body: showScopes(logto, cimdCeiling) })),
  route('POST /cimd/user-consent-scopes', (call) => addScopes(call, cimdCeiling)),
  route('DELETE /cimd/user-consent-scopes/:scopeType/:scopeId', (call) => removeScope(call, cimdCeiling)),
];
