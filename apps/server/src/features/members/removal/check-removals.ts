import type { ErrorCode } from '../../../platform/app-error.ts';
import { inBatches } from '../../../platform/in-batches.ts';
import { codeOf } from '../../../platform/trpc/error-data.ts';
import type { RemovedRole, RolesInTenant } from '../../../directory/roles-in-tenant.ts';
import type { Administrators, HeldRole } from '../../../directory/administrators.ts';
import type { DirectoryMember } from '../directory-member.ts';
import type { MemberRefresh } from '../member-refresh.ts';

export type Leaving = { readonly subject: string } & (
  | {
      readonly member: DirectoryMember;
      readonly roles: readonly RemovedRole[];
      /** The code with which the removal would be refused; `null` if nothing prevents it. */
      readonly obstacle: Obstacle | null;
    }
  /** The user is not a member of the tenant, or Permit is unavailable. */
  | { readonly member: undefined; readonly roles: readonly []; readonly obstacle: ErrorCode }
);
type Obstacle = 'OWN_ACCESS' | 'MEMBER_IS_MACHINE' | 'LAST_ADMINISTRATOR';

export interface CheckRemovalsDeps {
  readonly refresh: MemberRefresh['refresh'];
  readonly roles: Pick<RolesInTenant, 'read'>;
  readonly administrators: Pick<Administrators, 'isLast'>;
  readonly onError: (error: Error) => void;
}

/** Creates a function that returns what prevents each removal, assuming that the members before it are removed. */
export function createCheckRemovals({ refresh, roles, administrators, onError }: CheckRemovalsDeps) {
  const inspect = async (tenant: string, subject: string, by: string): Promise<Leaving> => {
    const refused = (obstacle: ErrorCode): Leaving => ({ subject, member: undefined, roles: [], obstacle });
    try {
      const found = await refresh(tenant, subject);
      if (found === undefined) return refused('PERSON_NOT_FOUND');
      const { member } = found;
      const obstacle = subject === by ? 'OWN_ACCESS' : member.kind === 'machine' ? 'MEMBER_IS_MACHINE' : null;
      return { subject, member, roles: await roles.read({ tenant, subject }), obstacle };
    } catch (error) {
      return refused(codeOf(error, onError));
    }
  };

  return async (tenant: string, subjects: readonly string[], by: string): Promise<Leaving[]> => {
    const people = await inBatches(subjects, (subject) => inspect(tenant, subject, by));
    const leaving: HeldRole[] = [];
    const checked: Leaving[] = [];
    for (const one of people) {
      const { subject, obstacle } = one;
      const active = activeRoles(one);
      const isLast =
        obstacle === null &&
        (await administrators.isLast({ tenant, subject, roles: active, others: leaving })); // oxlint-disable-line no-await-in-loop -- each depends on those before it
      checked.push(isLast && one.member !== undefined ? { ...one, obstacle: 'LAST_ADMINISTRATOR' } : one);
      if (obstacle === null && !isLast) leaving.push(...active.map((role) => ({ subject, role })));
    }
    return checked;
  };
}

export function tenantRoles({ roles }: { readonly roles: readonly RemovedRole[] }): string[] {
  return roles.flatMap(({ role, instance }) => (instance === undefined ? [role] : []));
}

/** The stored roles of a suspended member do not make them an administrator. */
export function activeRoles(one: Leaving): string[] {
  return one.member?.status === 'suspended' ? [] : tenantRoles(one);
}
