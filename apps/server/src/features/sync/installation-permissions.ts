import { defaultTenant } from '@latchkey/directory-sync';
import { rolesGranting, type Check, type Deny } from '@latchkey/permissions';
import { isAboutInstallation, policy, type AppPermission, type AppRole } from '@latchkey/policy';
import type { AppDecider } from '../../directory/decisions.ts';

/**
 * Denies sync permissions in every tenant but `default`, whatever the caller's roles there: sync applies to the whole
 * directory. Calls, gates and lists of permissions agree on this.
 */
export function limitSyncToInstallation(decider: AppDecider): AppDecider {
  return {
    ...decider,
    async decide(checks, options) {
      if (!checks.some(isElsewhere)) return decider.decide(checks, options);
      const here = [...checks.entries()].filter(([, check]) => !isElsewhere(check));
      const decisions = await decider.decide(
        here.map(([, check]) => check),
        { ...options, onSource: (source, at) => options?.onSource?.(source, here[at]?.[0] ?? at) },
      );
      return checks.flatMap((check) => (isElsewhere(check) ? denied(check) : (decisions.shift() ?? [])));
    },
    async grants(subject, tenant) {
      const grants = await decider.grants(subject, tenant);
      const permissions = grants.permissions.filter((permission) => !isElsewhere({ permission, tenant }));
      return { ...grants, permissions };
    },
  };
}

function isElsewhere({ permission, tenant }: Pick<Check<AppPermission>, 'permission' | 'tenant'>): boolean {
  return isAboutInstallation(permission) && tenant !== defaultTenant;
}

function denied({ permission }: Check<AppPermission>): Deny<AppPermission, AppRole> {
  return {
    outcome: 'deny',
    permission,
    reason: 'no_permission',
    grantedBy: rolesGranting(policy, permission).tenant,
    grantedByInstanceRoles: [],
  };
}
