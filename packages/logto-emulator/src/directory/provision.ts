import { membershipKey, type Directory } from './directory.ts';
import type { User } from './records.ts';

/**
 * Just-in-time provisioning: makes a new user a member of the organizations of its email's domain. Returns their
 * ids.
 */
export function provision(directory: Directory, user: User): string[] {
  const domain = user.primaryEmail?.split('@')[1];
  if (domain === undefined) return [];
  const joined: string[] = [];
  for (const { organizationId, emailDomains, roleIds } of directory.justInTime.values()) {
    if (!emailDomains.includes(domain) || !directory.organizations.has(organizationId)) continue;
    const membership = { organizationId, kind: 'user', memberId: user.id, roleIds } as const;
    directory.memberships.put(membershipKey(membership), membership);
    joined.push(organizationId);
  }
  return joined;
}
