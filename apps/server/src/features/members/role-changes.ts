import { randomUUID } from 'node:crypto';
import { and, desc, eq, gt, inArray, or, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { lockUntilCommit } from '../../platform/database/open-database.ts';
import { isRefusal, lateEffect } from '../../platform/trpc/error-data.ts';
import { createTurns } from '../../platform/turns.ts';
import { roleChanges } from './tables.ts';

export interface RoleOfMember {
  readonly tenant: string;
  readonly subject: string;
  readonly role: string;
}

export interface RoleChange extends RoleOfMember {
  readonly change: 'assign' | 'unassign';
  readonly by: string;
}

export interface AssignedRole extends RoleOfMember {
  readonly by: string;
  readonly at: Date;
}

/** The history of role changes made in the console. */
export type RoleChanges = ReturnType<typeof createRoleChanges>;

export function createRoleChanges(db: NodePgDatabase) {
  const { id, tenant, subject, role, change, by, at, status } = roleChanges;
  /** Runs the removals of this replica one after the other, so that few connections wait for the lock. */
  const inTurn = { administrators: createTurns(1), owners: createTurns(1) };
  return {
    /** Records that a change begins, makes it with `run`, and records its outcome. @throws the error of `run` */
    async record(made: RoleChange, run: () => Promise<void>): Promise<void> {
      const key = randomUUID();
      const settle = (to: 'done' | 'failed') => db.update(roleChanges).set({ status: to }).where(eq(id, key));
      await db.insert(roleChanges).values({ ...made, id: key, at: sql`now()` });
      try {
        await run();
      } catch (error) {
        // After an error that is not a refusal, the change may have been applied, so it stays `started`.
        if (isRefusal(error)) await settle('failed');
        throw error;
      }
      await settle('done');
    },
    /**
     * Runs a removal of the roles that `prepare` returns. No other removal of the same kind is prepared or runs for the
     * tenant at the same time on any replica. `losing` reports the roles while it runs and, if it fails with an unknown
     * effect, for a minute after that.
     */
    whileLosing<Result>(
      {
        kind,
        ...who
      }: Pick<RoleChange, 'tenant' | 'subject' | 'by'> & { readonly kind: keyof typeof inTurn },
      prepare: () => Promise<readonly string[]>,
      run: () => Promise<Result>,
    ): Promise<Result> {
      return inTurn[kind](() =>
        db.transaction(async (transaction) => {
          await lockUntilCommit(transaction, `${kind} of ${who.tenant}`);
          const begun = (await prepare()).map((one) => ({
            ...who,
            role: one,
            change: 'unassign' as const,
            id: randomUUID(),
            at: sql`now()`,
          }));
          if (begun.length === 0) return run();
          const those = inArray(
            id,
            begun.map((row) => row.id),
          );
          await db.insert(roleChanges).values(begun);
          let isEffectKnown = true;
          try {
            return await run();
          } catch (error) {
            isEffectKnown = isRefusal(error);
            throw error;
          } finally {
            const late = db.update(roleChanges).set({ at: sql`now()` });
            await (isEffectKnown ? db.delete(roleChanges) : late).where(those);
          }
        }),
      );
    },
    /** Returns the roles of these members whose last change was an assignment. */
    async assignedTo(subjects: readonly string[]): Promise<AssignedRole[]> {
      if (subjects.length === 0) return [];
      const latest = await db
        .selectDistinctOn([tenant, subject, role], { tenant, subject, role, change, by, at })
        .from(roleChanges)
        .where(
          and(
            inArray(subject, [...subjects]),
            or(eq(status, 'done'), and(eq(change, 'assign'), eq(status, 'started'))),
          ),
        )
        .orderBy(tenant, subject, role, desc(at));
      return latest.flatMap(({ change, ...given }) => (change === 'assign' ? [given] : []));
    },
    /** Returns the members whose removal from one of these roles has started, but has no recorded outcome. */
    async losing(where: string, roles: readonly string[]): Promise<string[]> {
      const rows = await db
        .select({ subject })
        .from(roleChanges)
        .where(
          and(
            eq(tenant, where),
            inArray(role, [...roles]),
            eq(change, 'unassign'),
            eq(status, 'started'),
            gt(at, sql`now() - ${lateEffect} * interval '1 millisecond'`),
          ),
        );
      return rows.map((row) => row.subject);
    },
  };
}
