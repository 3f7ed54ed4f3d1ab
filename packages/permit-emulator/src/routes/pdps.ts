import { auditLogs, readAuditLog, readDetailedAuditLog } from '../domain/audit-logs.ts';
import { paginate } from '../domain/paging.ts';
import { pdpConfigId, readPdpConfig, remoteConfig, rotatePdpKey } from '../domain/pdp-configs.ts';
import { notFound } from '../errors.ts';
import { compactId } from '../ids.ts';
import { inEnvironment } from '../http/route.ts';
import type { Environment } from '../model/environment.ts';
import { auditLogQuery } from '../schemas/audit-logs.ts';
import { pagingQuery } from '../schemas/common.ts';

function find({ scope }: Environment, id: string): void {
  if (compactId(id) !== pdpConfigId(scope)) throw notFound('PDPConfig', id);
}

export const pdpRoutes = [
  inEnvironment('GET /v2/pdps/{p}/{e}/configs', {
    query: pagingQuery,
    run: (env, { account, query }) =>
      paginate([readPdpConfig(account, env.scope)], query, (config) => config).data,
  }),
  inEnvironment('GET /v2/pdps/{p}/{e}/configs/{pdp_id}/values', {
    run(env, { params }) {
      find(env, params.pdp_id);
      return remoteConfig(env.scope);
    },
  }),
  inEnvironment('POST /v2/pdps/{p}/{e}/configs/{pdp_id}/rotate-api-key', {
    run(env, { account, params }) {
      find(env, params.pdp_id);
      rotatePdpKey(account, env.scope);
      return readPdpConfig(account, env.scope);
    },
  }),
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
