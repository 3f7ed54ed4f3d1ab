import { pdpKey, readApiKey, addMember, readMember, readOrganization } from '../domain/account.ts';
import { filter, paginate, searching } from '../domain/paging.ts';
import { compactId } from '../ids.ts';
import { notFound } from '../errors.ts';
import { forbidden, noContent, reachEnvironment, reachProject, route, type RawCall } from '../http/route.ts';
import { newApiKey, type ApiKeyRecord } from '../model/account.ts';
import { apiKeyCreate, apiKeyListQuery, memberCreate } from '../schemas/account.ts';
import { z } from 'zod';
import { paging, pagingQuery, textParameter } from '../schemas/common.ts';

type Caller = Pick<RawCall, 'account' | 'key'>;

/** A key can see those of its own scope and below. */
function reaches({ key }: Caller, other: ApiKeyRecord): boolean {
  if (key.environment_id !== null) return other.environment_id === key.environment_id;
  return key.project_id === null || other.project_id === key.project_id;
}

function find(caller: Caller, id: string): ApiKeyRecord {
  const found = caller.account.keys.get(compactId(id));
  if (found === undefined || !reaches(caller, found)) throw notFound('ApiKey', id);
  return found;
}

/**
 * With an organization key, the vendor's CLI sends `{proj_id}` literally. It means the environment's project.
 */
function withProject({ account, params }: Pick<RawCall, 'account' | 'params'>): { p?: string; e?: string } {
  const record = account.environmentRecords.get(compactId(params['e'] ?? ''));
  return params['p'] === '{proj_id}' && record !== undefined ? { ...params, p: record.project_id } : params;
}

export const keyRoutes = [
  route('GET /v2/api-key/scope', {
    run: ({ account, key }) => ({
      organization_id: account.organizationId,
      project_id: key.project_id,
      environment_id: key.environment_id,
    }),
  }),
  route('GET /v2/api-key', {
    query: apiKeyListQuery,
    run(call) {
      const { object_type, proj_id } = call.query;
      const project = proj_id === undefined ? undefined : reachProject(call, proj_id).id;
      const found = filter(
        call.account.keys.values(),
        (key) =>
          reaches(call, key) &&
          (object_type === undefined || key.object_type === object_type) &&
          (project === undefined || key.project_id === project),
      );
      return paginate(found, call.query, (key) => readApiKey(call.account, key));
    },
  }),
  route('POST /v2/api-key', {
    body: apiKeyCreate,
    run(call) {
      const { account, key, body } = call;
      if (compactId(body.organization_id) !== account.organizationId)
        throw notFound('Organization', body.organization_id);
      const project = body.project_id == null ? undefined : reachProject(call, body.project_id);
      const scope =
        body.environment_id == null || project === undefined
          ? { project_id: project?.id ?? null, environment_id: null }
          : reachEnvironment(call, { p: project.id, e: body.environment_id }).scope;
      if (key.environment_id !== null && scope.environment_id === null)
        throw forbidden('This API key is of one environment');
      if (key.project_id !== null && scope.project_id === null)
        throw forbidden('This API key is of one project');
      const made = newApiKey(account, {
        project_id: scope.project_id,
        environment_id: scope.environment_id,
        access_level: body.access_level ?? 'admin',
        owner_type: body.owner_type,
        name: body.name ?? null,
      });
      return readApiKey(account, made);
    },
  }),
  route('GET /v2/api-key/{p}/{e}', {
    run(call) {
      const { scope } = reachEnvironment(call, withProject(call));
      return readApiKey(call.account, pdpKey(call.account, scope));
    },
  }),
  route('GET /v2/api-key/{api_key_id}', {
    run: (call) => readApiKey(call.account, find(call, call.params.api_key_id)),
  }),
  route('DELETE /v2/api-key/{api_key_id}', {
    run(call) {
      call.account.keys.delete(find(call, call.params.api_key_id).id);
      return noContent;
    },
  }),
];

export const organizationRoutes = [
  route('GET /v2/orgs', {
    query: z.object({ ...paging, search: textParameter }),
    run({ account, query }) {
      const organization = readOrganization(account);
      const matches = searching(query.search);
      return matches(organization.key, organization.name, organization.id) ? [organization] : [];
    },
  }),
  route('GET /v2/orgs/{org_id}', {
    run({ account, params: { org_id } }) {
      const organization = readOrganization(account);
      if (org_id !== organization.key && compactId(org_id) !== organization.id) {
        throw notFound('Organization', org_id);
      }
      return organization;
    },
  }),
  route('GET /v2/members', {
    query: pagingQuery,
    run: ({ account, query }) => paginate(account.members.values(), query, readMember).data,
  }),
  route('POST /v2/members', {
    body: memberCreate,
    run: ({ account, body }) => readMember(addMember(account, body)),
  }),
];
