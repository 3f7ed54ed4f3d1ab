import { z } from 'zod';
import { membershipKey } from '../directory/directory.ts';
import { secret, standardId } from '../directory/identifiers.ts';
import type { Application } from '../directory/records.ts';
import { membershipsOf, organizationRolesOf } from '../directory/granted-scopes.ts';
import { managementApiRoleId } from '../seed/management-api.ts';
import { defined, input, jsonObject } from './input.ts';
import { pagedIfRequested } from './paging.ts';
import { found, RequestError } from './request-error.ts';
import type { Answer, Call, Route } from './route.ts';
import { searchBy } from './search.ts';

/** A web address, or the address of a native app in a scheme of its own. */
function isRedirectUri(value: string): boolean {
  const protocol = URL.parse(value)?.protocol;
  return protocol !== undefined && !/^(javascript|data|blob|file|vbscript):$/.test(protocol);
}

const clientMetadata = z.looseObject({
  redirectUris: z.array(z.string().refine(isRedirectUri)),
  postLogoutRedirectUris: z.array(z.url()),
});
const customMetadata = z.looseObject({
  corsAllowedOrigins: z.array(z.string().min(1)).optional(),
  idTokenTtl: z.number().optional(),
  refreshTokenTtlInDays: z.number().min(1).max(180).optional(),
  alwaysIssueRefreshToken: z.boolean().optional(),
  rotateRefreshToken: z.boolean().optional(),
  maxAllowedGrants: z.number().int().positive().optional(),
});
const fields = z.object({
  name: z.string().min(1).max(256),
  description: z.string().nullable().optional(),
  oidcClientMetadata: clientMetadata.partial().optional(),
  customClientMetadata: customMetadata.optional(),
  customData: jsonObject.optional(),
  isThirdParty: z.boolean().optional(),
  appLevelAccessControlEnabled: z.boolean().optional(),
});
const type = z.enum(['Native', 'SPA', 'Traditional', 'MachineToMachine', 'Protected', 'SAML']);
const types = z.array(type);

/** An application in the format of the API. Its secrets are under `/applications/:id/secrets`. */
export function showApplication(application: Application): Omit<Application, 'roleIds' | 'secret'> {
  const { roleIds: _, secret: __, ...shown } = application;
  return shown;
}

/** Whether applications of this type have secrets. */
export const isConfidential = ({ type: kind }: Pick<Application, 'type'>): boolean =>
  kind === 'Traditional' || kind === 'MachineToMachine';

export const findApplication = ({ logto, params }: Call): Application =>
  found(logto.directory.applications.get(params['id'] ?? ''), params['id'], 'applications');

function listApplications(call: Call): Answer {
  const { query } = call;
  const matches = searchBy<Application>(query, ['id', 'name', 'description']);
  const wanted = input(types, query.getAll('types'), 'query');
  const thirdParty = query.get('isThirdParty');
  const role = query.get('excludeRoleId');
  const applications = [...call.logto.directory.applications.values()].filter(
    (application) =>
      matches(application) &&
      (wanted.length === 0 || wanted.some((one) => one === application.type)) &&
      (thirdParty === null || application.isThirdParty === (thirdParty === 'true')) &&
      !(role && application.roleIds.includes(role)),
  );
  return pagedIfRequested(call, applications.toReversed(), showApplication);
}

function createApplication({ logto: { directory, clock }, body }: Call): Answer {
  const given = input(fields.extend({ type }), body);
  if (given.type === 'SAML') throw new RequestError('application.use_saml_app_api');
  if (given.type === 'Protected') throw new RequestError('application.protected_app_metadata_is_required');
  const now = clock.now();
  const application: Application = {
    tenantId: 'default',
    id: standardId(),
    name: given.name,
    description: given.description ?? null,
    type: given.type,
    oidcClientMetadata: {
      redirectUris: [],
      postLogoutRedirectUris: [],
      ...defined(given.oidcClientMetadata ?? {}),
    },
    customClientMetadata: defined(given.customClientMetadata ?? {}),
    protectedAppMetadata: null,
    customData: given.customData ?? {},
    isThirdParty: given.isThirdParty ?? false,
    appLevelAccessControlEnabled: given.appLevelAccessControlEnabled ?? false,
    createdAt: now,
    secret: secret(),
    roleIds: [],
  };
  directory.applications.put(application.id, application);
  if (isConfidential(given)) {
    const name = 'Default secret';
    directory.secrets.put(`${application.id}/${name}`, {
      tenantId: 'default',
      applicationId: application.id,
      name,
      value: secret(),
      createdAt: now,
      expiresAt: null,
    });
  }
  return { body: showApplication(application) };
}

function changeApplication(call: Call): Answer {
  const application = findApplication(call);
  const { isAdmin, oidcClientMetadata, customClientMetadata, ...rest } = input(
    fields.partial().extend({ isAdmin: z.boolean().optional() }),
    call.body,
  );
  const roleIds = application.roleIds.filter((id) => isAdmin === undefined || id !== managementApiRoleId);
  const changed: Application = {
    ...application,
    ...defined(rest),
    oidcClientMetadata: { ...application.oidcClientMetadata, ...defined(oidcClientMetadata ?? {}) },
    customClientMetadata: defined(customClientMetadata ?? application.customClientMetadata),
    roleIds: isAdmin ? [...roleIds, managementApiRoleId] : roleIds,
  };
  call.logto.directory.applications.put(application.id, changed);
  return { body: showApplication(changed) };
}

function deleteApplication(call: Call): Answer {
  const { directory } = call.logto;
  const { id } = findApplication(call);
  directory.batch(() => {
    for (const membership of directory.memberships.findBy('member', id))
      directory.memberships.delete(membershipKey(membership));
    for (const { name } of directory.secrets.findBy('application', id))
      directory.secrets.delete(`${id}/${name}`);
    directory.applications.delete(id);
  });
  return {};
}

export const applicationRoutes: readonly Route[] = [
  { method: 'GET', path: '/applications', handle: listApplications },
  { method: 'POST', path: '/applications', handle: createApplication },
  {
    method: 'GET',
    path: '/applications/:id',
    handle(call) {
      const application = findApplication(call);
      return {
        body: { ...showApplication(application), isAdmin: application.roleIds.includes(managementApiRoleId) },
      };
    },
  },
  { method: 'PATCH', path: '/applications/:id', handle: changeApplication },
  { method: 'DELETE', path: '/applications/:id', handle: deleteApplication },
  {
    method: 'GET',
    path: '/applications/:id/organizations',
    handle(call) {
      const { directory } = call.logto;
      return pagedIfRequested(call, membershipsOf(directory, findApplication(call).id), (membership) => ({
        ...directory.organizations.get(membership.organizationId),
        organizationRoles: organizationRolesOf(directory, membership).map(({ id, name }) => ({ id, name })),
      }));
    },
  },
];
