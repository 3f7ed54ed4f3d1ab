import { z } from 'zod';
import { newApplication, newSecret, secretKey } from '../directory/applications.ts';
import { membershipKey } from '../directory/directory.ts';
import type { Application, ApplicationSecret } from '../directory/records.ts';
import { managementApiRoleId } from '../seed/management-api.ts';
import { defined, input, jsonObject } from './input.ts';
import { pagedIfRequested } from './paging.ts';
import { found, RequestError, foundForUpdate } from './request-error.ts';
import { route, type Answer, type Call, type Route } from './route.ts';
import { searchBy } from './search.ts';

/** An HTTP URL, or a URL in a native app's own scheme. */
function isRedirectUri(value: string): boolean {
  const protocol = URL.parse(value)?.protocol;
  return protocol !== undefined && /^(https?|(?!https?:)[a-z][\d+_a-z-]*(\.[\d+_a-z-]+)*):$/.test(protocol);
}

const redirectUris = z.array(z.string().refine(isRedirectUri));
const clientMetadata = z.object({
  redirectUris,
  postLogoutRedirectUris: redirectUris,
  backchannelLogoutUri: z.url().optional(),
  backchannelLogoutSessionRequired: z.boolean().optional(),
  logoUri: z.string().optional(),
});
const customMetadata = z.object({
  corsAllowedOrigins: z.array(z.string().min(1)).optional(),
  idTokenTtl: z.number().optional(),
  refreshTokenTtl: z.number().optional(),
  refreshTokenTtlInDays: z.number().int().min(1).max(180).optional(),
  tenantId: z.string().optional(),
  alwaysIssueRefreshToken: z.boolean().optional(),
  rotateRefreshToken: z.boolean().optional(),
  allowTokenExchange: z.boolean().optional(),
  isDeviceFlow: z.boolean().optional(),
  maxAllowedGrants: z.number().int().positive().optional(),
});
const type = z.enum(['Native', 'SPA', 'Traditional', 'MachineToMachine', 'Protected', 'SAML']);
const creation = z.object({
  name: z.string().min(1).max(256),
  description: z.string().nullable().optional(),
  type,
  oidcClientMetadata: clientMetadata.optional(),
  customClientMetadata: customMetadata.optional(),
  customData: jsonObject.optional(),
  isThirdParty: z.boolean().optional(),
});
const changes = creation
  .omit({ type: true, isThirdParty: true })
  .partial()
  .extend({ isAdmin: z.boolean().optional() });
const listQuery = z.object({
  types: z.array(type).optional(),
  excludeRoleId: z.string().optional(),
  excludeOrganizationId: z.string().optional(),
  isThirdParty: z.union([z.literal('true'), z.literal('false')]).optional(),
});

/** The secrets are under `/applications/:id/secrets`. */
export function showApplication(application: Application): Omit<Application, 'roleIds' | 'secret'> {
  const { roleIds: _, secret: __, ...shown } = application;
  return shown;
}

const isConfidential = ({ type: kind }: Pick<Application, 'type'>): boolean =>
  kind === 'Traditional' || kind === 'MachineToMachine';

const findApplication = ({ logto, params }: Call): Application =>
  found(logto.directory.applications.get(params['id'] ?? ''), params['id'], 'applications');

function listApplications(call: Call): Answer {
  const { query } = call;
  const { memberships, applications: all } = call.logto.directory;
  const sent = {
    ...Object.fromEntries(query),
    types: query.has('types') ? query.getAll('types') : undefined,
  };
  const wanted = input(listQuery, sent, 'query');
  const { excludeRoleId: role, excludeOrganizationId: organization } = wanted;
  if (role && organization) {
    const details = 'Parameter `excludeRoleId` and `excludeOrganizationId` cannot be used at the same time.';
    throw new RequestError('request.invalid_input', 400, { details });
  }
  const matches = searchBy<Application>(query, ['id', 'name', 'description']);
  const applications = [...all.values()].filter(
    (application) =>
      matches(application) &&
      (wanted.types?.some((one) => one === application.type) ?? true) &&
      (wanted.isThirdParty ?? String(application.isThirdParty)) === String(application.isThirdParty) &&
      !(role && application.roleIds.includes(role)) &&
      !(organization && memberships.has(`${organization}/application/${application.id}`)),
  );
  return pagedIfRequested(call, applications.toReversed(), showApplication);
}

function createApplication({ logto: { directory, clock }, body }: Call): Answer {
  const given = input(creation, body);
  if (given.type === 'SAML') throw new RequestError('application.saml.use_saml_app_api');
  if (given.type !== 'Native' && given.customClientMetadata?.isDeviceFlow)
    throw new RequestError('application.device_flow_native_only', 422);
  if (given.isThirdParty && given.type === 'MachineToMachine')
    throw new RequestError('application.invalid_third_party_application_type');
  if (given.type === 'Protected') throw new RequestError('application.protected_app_metadata_is_required');
  const { name, type, oidcClientMetadata, customClientMetadata, ...rest } = given;
  const application = newApplication(
    {
      ...defined(rest),
      name,
      type,
      oidcClientMetadata: {
        redirectUris: [],
        postLogoutRedirectUris: [],
        ...defined(oidcClientMetadata ?? {}),
      },
      customClientMetadata: defined(customClientMetadata ?? {}),
    },
    clock.now(),
  );
  directory.applications.put(application.id, application);
  if (isConfidential(given)) {
    const created = newSecret({ applicationId: application.id, name: 'Default secret' }, clock.now());
    directory.secrets.put(secretKey(created), created);
  }
  return { body: showApplication(application) };
}

function changeApplication(call: Call): Answer {
  const { isAdmin, oidcClientMetadata, customClientMetadata, ...rest } = input(changes, call.body);
  const application = findApplication(call);
  const isDeviceFlow = Boolean(application.customClientMetadata.isDeviceFlow);
  if (customClientMetadata !== undefined && Boolean(customClientMetadata.isDeviceFlow) !== isDeviceFlow)
    throw new RequestError('application.device_flow_not_changeable', 422);
  const roleIds = application.roleIds.filter((id) => isAdmin === undefined || id !== managementApiRoleId);
  const changed: Application = {
    ...application,
    ...defined(rest),
    oidcClientMetadata: oidcClientMetadata ?? application.oidcClientMetadata,
    customClientMetadata: defined(customClientMetadata ?? application.customClientMetadata),
    roleIds: isAdmin ? [...roleIds, managementApiRoleId] : roleIds,
  };
  call.logto.directory.applications.put(application.id, changed);
  return { body: showApplication(changed) };
}

function deleteApplication(call: Call): Answer {
  const { directory } = call.logto;
  const { id } = findApplication(call);
  for (const membership of directory.memberships.findBy('member', id))
    directory.memberships.delete(membershipKey(membership));
  for (const secret of directory.secrets.findBy('application', id))
    directory.secrets.delete(secretKey(secret));
  directory.consentScopes.delete(id);
  directory.applications.delete(id);
  return {};
}

const name = z.string().min(1).max(256);

function findSecret(call: Call): ApplicationSecret {
  const { id } = findApplication(call);
  return found(call.logto.directory.secrets.get(`${id}/${call.params['name']}`));
}

function put({ logto: { directory } }: Call, record: ApplicationSecret): void {
  const key = secretKey(record);
  if (directory.secrets.has(key)) throw new RequestError('application.secret_name_exists', 422);
  directory.secrets.put(key, record);
}

function createSecret(call: Call): Answer {
  const given = input(z.object({ name, expiresAt: z.number().nullable().default(null) }), call.body);
  const now = call.logto.clock.now();
  if (given.expiresAt !== null && given.expiresAt <= now) {
    throw new RequestError('request.invalid_input', 400, {
      details: 'The value of `expiresAt` must be in the future.',
    });
  }
  const application = findApplication(call);
  const { id } = application;
  if (!isConfidential(application)) throw new RequestError('entity.db_constraint_violated', 422);
  const created = newSecret({ applicationId: id, name: given.name, expiresAt: given.expiresAt }, now);
  put(call, created);
  return { status: 201, body: created };
}

function renameSecret(call: Call): Answer {
  const given = input(z.object({ name }), call.body);
  const { id } = findApplication(call);
  const secrets = call.logto.directory.secrets;
  const old = foundForUpdate(secrets.get(`${id}/${call.params['name']}`), 'application_secret');
  const renamed = { ...old, name: given.name };
  if (renamed.name !== old.name) {
    put(call, renamed);
    secrets.delete(secretKey(old));
  }
  return { body: renamed };
}

export const applicationRoutes: readonly Route[] = [
  route('GET /applications', { pages: true }, listApplications),
  route('POST /applications', createApplication),
  route('GET /applications/:id', (call) => {
    const application = findApplication(call);
    return {
      body: { ...showApplication(application), isAdmin: application.roleIds.includes(managementApiRoleId) },
    };
  }),
  route('PATCH /applications/:id', changeApplication),
  route('DELETE /applications/:id', deleteApplication),
  route('GET /applications/:id/secrets', (call) => ({
    body: call.logto.directory.secrets.findBy('application', findApplication(call).id),
  })),
  route('POST /applications/:id/secrets', createSecret),
  route('PATCH /applications/:id/secrets/:name', renameSecret),
  route('DELETE /applications/:id/secrets/:name', (call) => {
    call.logto.directory.secrets.delete(secretKey(findSecret(call)));
    return {};
  }),
];
