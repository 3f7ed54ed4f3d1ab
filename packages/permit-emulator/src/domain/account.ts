import type { Account, ApiKeyRecord, EnvironmentRecord, ProjectRecord } from '../model/account.ts';
import type { EnvironmentCreate } from '../schemas/account.ts';

export function readProject({ organizationId }: Account, project: ProjectRecord): Record<string, unknown> {
  const { key, id, created_at, updated_at, ...fields } = project;
  return { key, id, organization_id: organizationId, created_at, updated_at, ...fields };
}

export function readEnvironment(
  { organizationId }: Account,
  environment: EnvironmentRecord,
): Record<string, unknown> {
  const { key, id, project_id, created_at, updated_at, ...fields } = environment;
  return {
    key,
    id,
    organization_id: organizationId,
    project_id,
    created_at,
    updated_at,
    avp_policy_store_id: null,
    ...fields,
  };
}

/** The fields of a new environment. Absent fields become `null`. */
export function environmentFields(input: EnvironmentCreate) {
  return {
    key: input.key,
    name: input.name,
    description: input.description ?? null,
    custom_branch_name: input.custom_branch_name ?? null,
    jwks: input.jwks ?? null,
    settings: input.settings ?? null,
  };
}

export function readApiKey(account: Account, key: ApiKeyRecord): Record<string, unknown> {
  const { project_id, environment_id, object_type, access_level, owner_type, name, id, secret, created_at } =
    key;
  const project = project_id === null ? undefined : account.projects.get(project_id);
  const environment = environment_id === null ? undefined : account.environmentRecords.get(environment_id);
  return {
    organization_id: account.organizationId,
    project_id,
    environment_id,
    object_type,
    access_level,
    owner_type,
    name,
    id,
    secret,
    created_at,
    created_by_member: null,
    last_used_at: null,
    env: environment === undefined ? null : readEnvironment(account, environment),
    project: project === undefined ? null : readProject(account, project),
  };
}
