import type { Route } from '../http/route.ts';
import { assignmentRoutes } from './assignments.ts';
import { auditLogRoutes } from './audit-logs.ts';
import { bulkRoutes } from './bulk.ts';
import { conditionSetRoutes } from './condition-sets.ts';
import { instanceRoutes } from './instances.ts';
import { keyRoutes } from './keys.ts';
import { organizationRoutes } from './organizations.ts';
import { projectRoutes } from './projects.ts';
import { proxyConfigRoutes } from './proxy-configs.ts';
import { resourcePartRoutes } from './resource-parts.ts';
import { resourceRoleRoutes } from './resource-roles.ts';
import { resourceRoutes } from './resources.ts';
import { roleRoutes } from './roles.ts';
import { tenantRoutes } from './tenants.ts';
import { tupleRoutes } from './tuples.ts';
import { userRoutes } from './users.ts';

/** Every operation of the management API. Add a new file of routes here. */
export const routes: readonly Route[] = [
  ...keyRoutes,
  ...organizationRoutes,
  ...projectRoutes,
  ...conditionSetRoutes,
  ...resourceRoutes,
  ...resourceRoleRoutes,
  ...resourcePartRoutes,
  ...roleRoutes,
  ...userRoutes,
  ...tenantRoutes,
  ...assignmentRoutes,
  ...instanceRoutes,
  ...proxyConfigRoutes,
  ...bulkRoutes,
  ...tupleRoutes,
  ...auditLogRoutes,
];
