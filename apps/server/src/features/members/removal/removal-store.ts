import { randomUUID } from 'node:crypto';
import { and, desc, eq, gt, isNotNull, isNull, ne, or, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { PgUpdateSetSource } from 'drizzle-orm/pg-core';
import type { RemovedRole } from '../../../directory/roles-in-tenant.ts';
import { memberRemovals } from '../tables.ts';

type MemberRemoval = typeof memberRemovals.$inferSelect;

type Given = Pick<MemberRemoval, 'roles' | 'organizationRoles' | 'suspended'>;

export type RemovalStore = ReturnType<typeof createRemovalStore>;

/** Milliseconds within which another attempt continues the same removal, so that a single undo restores everything. */
const retriedWithin = 3_600_000;
/** By PostgreSQL's clock, which all replicas share. */
const now = sql`now()`;
/** Longer than the calls to Logto before the roles are read. */
const runningFor = sql`interval '1 minute'`;

export function createRemovalStore(db: NodePgDatabase) {
  const { id, tenant, subject, at, roles, organizationRoles, doneAt, undoneAt } = memberRemovals;
  const set = async (one: string, change: PgUpdateSetSource<typeof memberRemovals>): Promise<void> => {
    await db.update(memberRemovals).set(change).where(eq(id, one));
  };
  return {
    /** Records a removal before it is made, or continues an incomplete one from the last hour. Returns its id. */
    async begin(removal: Pick<MemberRemoval, 'tenant' | 'subject' | 'by'> & Given): Promise<string> {
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
        await set(begun.id, { ...both(begun, removal), at: now });
        return begun.id;
      }
      const key = randomUUID();
      await db.insert(memberRemovals).values({ ...removal, id: key, at: now });
      return key;
    },
    /** Returns the last removal of the user's roles. It counts as running for a minute, unless it is done. */
    async last(where: string, who: string) {
      const isRunning = sql<boolean>`${at} > ${now} - ${runningFor} and ${doneAt} is null and ${undoneAt} is null`;
      const [found] = await db
        .select({ at, isRunning })
        .from(memberRemovals)
        .where(and(eq(tenant, where), eq(subject, who), or(isNotNull(organizationRoles), ne(roles, []))))
        .orderBy(desc(at))
        .limit(1);
      return found;
    },
    finish: (one: string) => set(one, { doneAt: new Date() }),
    /** Returns `undefined` if the removal is unknown or already undone. */
    async find(where: string, one: string): Promise<MemberRemoval | undefined> {
      const [found] = await db
        .select()
        .from(memberRemovals)
        .where(and(eq(tenant, where), eq(id, one), isNull(undoneAt)));
      return found;
    },
    undo: (one: string) => set(one, { undoneAt: new Date() }),
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
