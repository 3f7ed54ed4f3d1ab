import type { Route } from '../http/route.ts';
import { assignmentRoutes, tenantRoutes, userRoutes } from './directory.ts';
import { auditLogRoutes } from './audit-logs.ts';
import { bulkRoutes } from './bulk.ts';
import { conditionSetRoutes } from './condition-sets.ts';
import { instanceRoutes } from './instances.ts';
import { keyRoutes, organizationRoutes } from './account.ts';
import { projectRoutes } from './projects.ts';
import { resourceRoutes } from './resources.ts';
import { roleRoutes } from './roles.ts';
import { userInviteRoutes } from './user-invites.ts';
import { findProxyConfig } from '../domain/find.ts';
import { createProxyConfig, readProxyConfig, updateProxyConfig } from '../domain/proxy-configs.ts';
import { crud } from '../http/crud.ts';
import { pagingQuery } from '../schemas/common.ts';
import { proxyConfigCreate, proxyConfigUpdate } from '../schemas/facts.ts';

const proxyConfigRoutes = crud('/v2/facts/{p}/{e}/proxy_configs', {
  id: 'proxy_config_id',
  read: readProxyConfig,
  list: [pagingQuery, ({ proxyConfigs }) => proxyConfigs.values()],
  create: [proxyConfigCreate, createProxyConfig],
  find: findProxyConfig,
  update: [proxyConfigUpdate, updateProxyConfig],
  remove: (env, config) => env.proxyConfigs.delete(config),
});

/** Add a new file of routes here. */
export const routes: readonly Route[] = [
  ...keyRoutes,
  ...organizationRoutes,
  ...projectRoutes,
  ...conditionSetRoutes,
  ...resourceRoutes,
  ...roleRoutes,
  ...userRoutes,
  ...userInviteRoutes,
  ...tenantRoutes,
  ...assignmentRoutes,
  ...instanceRoutes,
  ...proxyConfigRoutes,
  ...bulkRoutes,
  ...auditLogRoutes,
];
