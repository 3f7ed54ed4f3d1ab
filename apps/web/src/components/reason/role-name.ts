import type { Translate } from '../../i18n/translate.ts';
import { isReportRole, isRole } from '../../policy.ts';

/** The name of a role in the organization or on an instance; a role of another policy is shown by its key. */
export function roleName(role: string, on: 'organization' | 'instance', t: Translate): string {
  if (on === 'organization') return isRole(role) ? t(`role.${role}`) : role;
  return isReportRole(role) ? t(`reason.onInstance.${role}`) : role;
}
