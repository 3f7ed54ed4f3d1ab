import { rolesGranting } from '@latchkey/permissions';
import { policy, type AppPermission } from '@latchkey/policy';

/** A check to explain: the user, the permission, and the report or collection. */
export interface CheckQuestion {
  /** The user's key in Permit; absent: the current user. */
  readonly person?: string | undefined;
  readonly permission?: AppPermission | undefined;
  /** The id of a report or a collection. */
  readonly on?: string | undefined;
}

/** Whether a role on one report can grant the permission. */
export function isAboutReports(permission: AppPermission): boolean {
  return permission.startsWith('reports:') && rolesGranting(policy, permission).instance.length > 0;
}
