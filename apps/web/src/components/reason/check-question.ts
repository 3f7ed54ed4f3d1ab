import { rolesGranting } from '@latchkey/permissions';
import { policy, type AppPermission } from '@latchkey/policy';

/** What is asked: about whom, what, and on which report or collection. */
export interface CheckQuestion {
  /** Permit's key; absent: the reader. */
  readonly person?: string | undefined;
  readonly permission?: AppPermission | undefined;
  /** The id of a report, or of a collection. */
  readonly on?: string | undefined;
}

/** Whether a role on one report can give the permission. */
export function isAboutReports(permission: AppPermission): boolean {
  return permission.startsWith('reports:') && rolesGranting(policy, permission).instance.length > 0;
}
