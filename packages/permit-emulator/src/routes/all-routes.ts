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
import { resourceRoutes } from './resources.ts';
import { roleRoutes } from './roles.ts';
import { tenantRoutes } from './tenants.ts';
import { userInviteRoutes } from './user-invites.ts';
import { userRoutes } from './users.ts';

/** Every operation of the management API. Add a new file of routes here. */
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
