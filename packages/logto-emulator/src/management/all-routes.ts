import { applicationRoutes } from './applications.ts';
import { consentScopeRoutes } from './consent-scopes.ts';
import { hookRoutes } from './hooks.ts';
import { invitationRoutes } from './invitations.ts';
import { logRoutes } from './logs.ts';
import { organizationJitRoutes, organizationRoutes } from './organizations.ts';
import { organizationMemberRoutes } from './organization-members.ts';
import { organizationTemplateRoutes } from './organization-template.ts';
import { resourceRoutes } from './resources.ts';
import { roleHolderRoutes } from './role-holders.ts';
import { roleRoutes } from './roles.ts';
import type { Route } from './route.ts';
import { tenantRoutes } from './tenant.ts';
import { userRelationRoutes } from './user-relations.ts';
import { userSessionRoutes } from './user-sessions.ts';
import { userRoutes } from './users.ts';

/** When paths overlap, the more specific one comes first. Add a new file of routes here. */
export const managementRoutes: readonly Route[] = [
  ...userRoutes,
  ...userRelationRoutes,
  ...userSessionRoutes,
  ...organizationRoutes,
  ...organizationMemberRoutes,
  ...organizationJitRoutes,
  ...organizationTemplateRoutes,
  ...invitationRoutes,
  ...roleRoutes,
  ...roleHolderRoutes,
  ...resourceRoutes,
  ...applicationRoutes,
  ...consentScopeRoutes,
  ...hookRoutes,
  ...logRoutes,
  ...tenantRoutes,
];
