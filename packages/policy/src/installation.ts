import type { AppPermission } from './policy.ts';

/** Resources of the whole installation: only roles in the tenant `default` apply to them, not those in an organization. */
const installationResources: readonly string[] = ['sync'];

export function isAboutInstallation(permission: AppPermission): boolean {
  return installationResources.includes(permission.slice(0, permission.indexOf(':')));
}
