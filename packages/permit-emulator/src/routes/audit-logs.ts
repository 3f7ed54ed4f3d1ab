import { auditLogs, readAuditLog, readDetailedAuditLog } from '../domain/audit-logs.ts';
import { paginate } from '../domain/paging.ts';
import { notFound } from '../errors.ts';
import { compactId } from '../ids.ts';
import { inEnvironment } from '../http/route.ts';
import { auditLogQuery } from '../schemas/pdp.ts';

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
