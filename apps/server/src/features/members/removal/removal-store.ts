import { randomUUID } from 'node:crypto';
import { and, desc, eq, gt, isNull } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { memberRemovals, type RemovedRole } from '../tables.ts';

export type MemberRemoval = typeof memberRemovals.$inferSelect;

type Given = Pick<MemberRemoval, 'roles' | 'organizationRoles' | 'suspended'>;

export interface RemovalStore {
  /** Records a removal before it is made, or continues an incomplete one from the last hour. Returns its id. */
  begin(removal: Pick<MemberRemoval, 'tenant' | 'subject' | 'by'> & Given): Promise<string>;
  finish(id: string): Promise<void>;
  /** Returns `undefined` if the removal is unknown or already undone. */
  find(tenant: string, id: string): Promise<MemberRemoval | undefined>;
  undo(id: string): Promise<void>;
}

/** Milliseconds within which another attempt continues the same removal, so that a single undo restores everything. */
const retriedWithin = 3_600_000;

export function createRemovalStore(db: NodePgDatabase): RemovalStore {
  const { id, tenant, subject, at, doneAt, undoneAt } = memberRemovals;
  const set = async (one: string, change: Partial<MemberRemoval>): Promise<void> => {
    await db.update(memberRemovals).set(change).where(eq(id, one));
  };
  return {
    async begin(removal) {
      const [begun] = await db
        .select()
        .from(memberRemovals)
        .where(
          and(
            eq(tenant, removal.tenant),
            eq(subject, removal.subject),
            isNull(doneAt),
            isNull(undoneAt),
            gt(at, new Date(Date.now() - retriedWithin)),
          ),
        )
        .orderBy(desc(at))
        .limit(1);
      if (begun !== undefined) {
        await set(begun.id, both(begun, removal));
        return begun.id;
      }
      const key = randomUUID();
      await db.insert(memberRemovals).values({ ...removal, id: key, at: new Date() });
      return key;
    },
    finish: (one) => set(one, { doneAt: new Date() }),
    async find(where, one) {
      const [found] = await db
        .select()
        .from(memberRemovals)
        .where(and(eq(tenant, where), eq(id, one), isNull(undoneAt)));
      return found;
    },
    undo: (one) => set(one, { undoneAt: new Date() }),
  };
}

function both(one: Given, other: Given): Given {
  const roles = new Map(
    [...one.roles, ...other.roles].map((role): [string, RemovedRole] => [nameOf(role), role]),
  );
  const organizationRoles =
    one.organizationRoles === null && other.organizationRoles === null
      ? null
      : [...new Set([...(one.organizationRoles ?? []), ...(other.organizationRoles ?? [])])];
  return { roles: [...roles.values()], organizationRoles, suspended: one.suspended || other.suspended };
}

function nameOf({ role, instance = '' }: RemovedRole): string {
  return `${role} ${instance}`;
}
