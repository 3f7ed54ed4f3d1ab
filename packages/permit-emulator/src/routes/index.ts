import type { Route } from '../http/route.ts';
import { assignmentRoutes } from './assignments.ts';
import { instanceRoutes } from './instances.ts';
import { keyRoutes } from './keys.ts';
import { projectRoutes } from './projects.ts';
import { resourceRoleRoutes } from './resource-roles.ts';
import { resourceRoutes } from './resources.ts';
import { roleRoutes } from './roles.ts';
import { tenantRoutes } from './tenants.ts';
import { tupleRoutes } from './tuples.ts';
import { userRoutes } from './users.ts';

/** Every operation of the management API. */
export const routes: readonly Route[] = [
  ...keyRoutes,
  ...projectRoutes,
  ...roleRoutes,
  ...resourceRoutes,
  ...resourceRoleRoutes,
  ...userRoutes,
  ...tenantRoutes,
  ...assignmentRoutes,
  ...instanceRoutes,
  ...tupleRoutes,
];
