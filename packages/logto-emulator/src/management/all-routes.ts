import { accountCenterRoutes } from './account-center.ts';
import { applicationRoleRoutes } from './application-roles.ts';
import { applicationSecretRoutes } from './application-secrets.ts';
import { applicationRoutes } from './applications.ts';
import { connectorRoutes } from './connectors.ts';
import { dashboardRoutes } from './dashboard.ts';
import { hookLogRoutes } from './hook-logs.ts';
import { hookRoutes } from './hooks.ts';
import { invitationRoutes } from './invitations.ts';
import { jwtCustomizerRoutes } from './jwt-customizers.ts';
import { logRoutes } from './logs.ts';
import { organizationJitRoutes } from './organization-jit.ts';
import { organizationMemberRoutes } from './organization-members.ts';
import { organizationRoleScopeRoutes } from './organization-role-scopes.ts';
import { organizationRoleRoutes } from './organization-roles.ts';
import { organizationScopeRoutes } from './organization-scopes.ts';
import { organizationRoutes } from './organizations.ts';
import { resourceRoutes } from './resources.ts';
import { roleHolderRoutes } from './role-holders.ts';
import { roleScopeRoutes } from './role-scopes.ts';
import { roleRoutes } from './roles.ts';
import type { Route } from './route.ts';
import { signInExperienceRoutes } from './sign-in-experience.ts';
import { subjectTokenRoutes } from './subject-tokens.ts';
import { tenantConfigRoutes } from './tenant-configs.ts';
import { verificationCodeRoutes } from './verification-codes.ts';
import { userRelationRoutes } from './user-relations.ts';
import { userSessionRoutes } from './user-sessions.ts';
import { userRoutes } from './users.ts';

/**
 * All routes of the Management API. When paths overlap, the more specific one comes first. Add a new file of
 * routes here.
 */
export const managementRoutes: readonly Route[] = [
  ...userRoutes,
  ...userRelationRoutes,
  ...userSessionRoutes,
  ...subjectTokenRoutes,
  ...organizationRoutes,
  ...organizationMemberRoutes,
  ...organizationJitRoutes,
  ...organizationRoleRoutes,
  ...organizationRoleScopeRoutes,
  ...organizationScopeRoutes,
  ...invitationRoutes,
  ...roleRoutes,
  ...roleScopeRoutes,
  ...roleHolderRoutes,
  ...resourceRoutes,
  ...applicationRoutes,
  ...applicationRoleRoutes,
  ...applicationSecretRoutes,
  ...dashboardRoutes,
  ...connectorRoutes,
  ...hookRoutes,
  ...logRoutes,
  ...hookLogRoutes,
  ...tenantConfigRoutes,
  ...jwtCustomizerRoutes,
  ...accountCenterRoutes,
  ...signInExperienceRoutes,
  ...verificationCodeRoutes,
];
