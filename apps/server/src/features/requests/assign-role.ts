import { eq } from 'drizzle-orm';
import { personNotFound } from '../../directory/find-person.ts';
import { grantRole, type RoleGrant } from './grant-role.ts';
import { leaseColumns } from './grant-store.ts';
import type { GrantWorker } from './grant-worker.ts';
import type { RequestStoreDeps } from './request-store.ts';
import { accessGrants } from './tables.ts';
import { revertGrant } from './undo-decision.ts';

export interface AssignRoleDeps extends RequestStoreDeps {
  readonly assign: GrantWorker['assign'];
}

/**
 * Grants a tenant role without a request, or extends its grant, and assigns the role. Returns `false` if the user
 * already has the role for at least as long. If Permit fails, the grant is undone.
 * @throws {AppError} `PERSON_NOT_FOUND`
 * @throws {PermitApiError}
 */
export type AssignRole = (role: Omit<RoleGrant, 'at' | 'resource' | 'instance'>) => Promise<boolean>;

export function createAssignRole({ db, now, assign }: AssignRoleDeps): AssignRole {
  return async (role) => {
    const at = now();
    const grant = await db.transaction(async (transaction) => {
      const granted = await grantRole(transaction, { ...role, resource: null, instance: null, at });
      if (granted === undefined) return undefined;
      // Claims the grant in the same transaction, so that no worker assigns the role first.
      const { id } = accessGrants;
      const [claimed] = await transaction
        .update(accessGrants)
        .set(leaseColumns(at))
        .where(eq(id, granted.id))
        .returning();
      return claimed;
    });
    if (grant === undefined) return false;
    try {
      const failure = await assign(grant);
      if (failure === 'PERMIT_REFUSED') throw personNotFound(role.subject);
      return failure === undefined;
    } catch (error) {
      const { id } = grant;
      await db.transaction((transaction) =>
        revertGrant(transaction, { id, decidedAt: at, at: now(), by: role.by }),
      );
      throw error;
    }
  };
}
