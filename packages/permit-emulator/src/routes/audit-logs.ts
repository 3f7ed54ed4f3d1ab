import { pdpConfigId } from '../domain/account.ts';
import { paginate } from '../domain/paging.ts';
import { notFound } from '../errors.ts';
import { inEnvironment } from '../http/route.ts';
import { compactId } from '../ids.ts';
import type { Environment } from '../model/environment.ts';
import type { Named } from '../model/records.ts';
import { type Decision, type DecisionLog, reasonOf } from '../pdp/decision-log.ts';
import { auditLogQuery, type AuditLogQuery } from '../schemas/pdp.ts';

function auditLogs(env: Environment, log: DecisionLog, filters: AuditLogQuery): Decision[] {
  const { users, resources, decision, tenant, action, timestamp_from, timestamp_to } = filters;
  if (filters.pdp_id !== undefined && compactId(filters.pdp_id) !== pdpConfigId(env.scope)) return [];
  return log.list(env.scope.environment_id).filter(({ query, result, timestamp }) => {
    const at = Date.parse(timestamp) / 1000;
    return (
      (users === undefined || users.includes(query.user.key)) &&
      (resources === undefined || resources.includes(query.resource.type)) &&
      (decision === undefined || result.allow === decision) &&
      (tenant === undefined || query.resource.tenant === tenant) &&
      (action === undefined || query.action === action) &&
      (timestamp_from === undefined || at >= timestamp_from) &&
      (timestamp_to === undefined || Math.floor(at) <= timestamp_to)
    );
  });
}

function readAuditLog(env: Environment, { id, timestamp, query, result }: Decision): Record<string, unknown> {
  const user = env.users.get(query.user.key);
  const { organization_id, project_id, environment_id } = env.scope;
  const name = [user?.first_name, user?.last_name].filter((part) => part != null).join(' ');
  return {
    id,
    raw_data: {
      engine: 'OPA',
      decision_id: id,
      labels: { id: 'emulator', version: '0' },
      timestamp,
      path: 'permit/root',
      input: query,
      result,
      metrics: {},
    },
    timestamp,
    created_at: timestamp,
    query: `permit.check("${query.user.key}", "${query.action}", "${query.resource.type}")`,
    user_key: query.user.key,
    user_email: user?.email ?? null,
    user_name: name === '' ? null : name,
    resource_type: query.resource.type,
    tenant: query.resource.tenant ?? null,
    action: query.action,
    decision: result.allow,
    reason: reasonOf(result),
    org_id: organization_id,
    project_id,
    env_id: environment_id,
    pdp_config_id: pdpConfigId(env.scope),
    input: query,
    result,
    context: query.context ?? {},
  };
}

function brief(record: Named | undefined): Record<string, unknown> | null {
  if (record === undefined) return null;
  const { id, key, name, created_at, updated_at } = record;
  return { id, key, name, created_at, updated_at };
}

function readDetailedAuditLog(env: Environment, decision: Decision): Record<string, unknown> {
  const { query } = decision;
  const user = env.users.get(query.user.key);
  const tenant = env.tenants.get(query.resource.tenant ?? '');
  const resource = env.resources.get(query.resource.type);
  const action = resource?.actions[query.action];
  return {
    ...readAuditLog(env, decision),
    objects: {
      id: decision.id,
      user_object: user ?? null,
      action_object: brief(action),
      resource_type_object: brief(resource),
      tenant_object: brief(tenant),
      created_at: decision.timestamp,
    },
  };
}

export const auditLogRoutes = [
  inEnvironment('GET /v2/pdps/{p}/{e}/audit_logs', {
    query: auditLogQuery,
    run(env, { decisions, query }) {
      const page = paginate(auditLogs(env, decisions, query), query, (decision) =>
        readAuditLog(env, decision),
      );
      return { ...page, pagination_count: page.data.length };
    },
  }),
  inEnvironment('GET /v2/pdps/{p}/{e}/audit_logs/{log_id}', {
    run(env, { decisions, params }) {
      const id = compactId(params.log_id);
      const found = decisions.list(env.scope.environment_id).find((decision) => decision.id === id);
      if (found === undefined) throw notFound('AuditLog', params.log_id);
      return readDetailedAuditLog(env, found);
    },
  }),
];
