import { duplicate, missingField } from '../errors.ts';
import { newId, stableId } from '../ids.ts';
import {
  newApiKey,
  type Account,
  type ApiKeyRecord,
  type EnvironmentRecord,
  type MemberRecord,
  type ProjectRecord,
} from '../model/account.ts';
import type { Scope } from '../model/environment.ts';
import type { DecisionLog } from '../pdp/decision-log.ts';
import type { EnvironmentCreate, MemberCreate } from '../schemas/account.ts';

/** The organization is not a record, and exists from the start. */
const FOUNDED = '2020-01-01T00:00:00.000Z';

export function readOrganization({ organizationId }: Account) {
  return {
    key: 'development',
    id: organizationId,
    is_enterprise: false,
    usage_limits: { mau: 1000, tenants: 20, billing_tier: 'free' },
    created_at: FOUNDED,
    updated_at: FOUNDED,
    name: 'Development',
    settings: {},
  };
}

export function readMember({ id, email, created_at, permissions }: MemberRecord): Record<string, unknown> {
  return {
    id,
    email,
    email_verified: false,
    name: null,
    given_name: null,
    family_name: null,
    picture: null,
    is_superuser: false,
    is_onboarding: false,
    created_at,
    last_login: null,
    last_ip: null,
    logins_count: 0,
    permissions,
  };
}

export function addMember({ members, now }: Account, { email, permissions }: MemberCreate): MemberRecord {
  if (email == null) throw missingField('email');
  for (const known of members.values()) if (known.email === email) throw duplicate('member', email);
  const member = { id: newId(), email, permissions, created_at: now().toISOString() };
  members.put(member.id, member);
  return member;
}

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

/** An environment has one PDP, which uses the environment's own key. */
export function pdpConfigId({ environment_id }: Scope): string {
  return stableId('pdp', environment_id);
}

export function pdpKey(account: Account, scope: Scope): ApiKeyRecord {
  for (const key of account.keys.values()) {
    if (key.environment_id === scope.environment_id && key.owner_type === 'pdp_config') return key;
  }
  return newApiKey(account, { project_id: scope.project_id, environment_id: scope.environment_id });
}

export function statisticsOf(
  account: Account,
  decisions: DecisionLog,
  record: EnvironmentRecord,
): Record<string, unknown> {
  const env = account.environment(record);
  const active = new Set(decisions.list(record.id).map(({ query }) => query.user.key));
  return {
    pdp_configs: [
      {
        id: pdpConfigId(env.scope),
        name: 'Emulator PDP',
        ...env.scope,
        client_secret: pdpKey(account, env.scope).secret,
        opal_server_access_token: null,
        num_shards: null,
        debug_audit_logs: true,
        min_pdp_version: null,
      },
    ],
    stats: {
      roles: env.roles.size,
      users: env.users.size,
      policies: env.setRules.size,
      resources: [...env.resources.values()].filter(({ built_in }) => !built_in).length,
      tenants: env.tenants.size,
      has_decision_logs: active.size > 0,
      members: [],
      mau: active.size,
    },
  };
}
