import { randomUUID } from 'node:crypto';
import { PermitApiError } from '@latchkey/permissions/permit';
import { and, desc, eq, gt, inArray, or } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { roleChanges } from './tables.ts';

export interface RoleOfMember {
  readonly tenant: string;
  readonly subject: string;
  readonly role: string;
}

export interface RoleChange extends RoleOfMember {
  readonly change: 'assign' | 'unassign';
  /** The Permit key of the user who makes the change. */
  readonly by: string;
}

/** A role assigned in the console. */
export interface GivenRole extends RoleOfMember {
  readonly by: string;
  readonly at: Date;
}

/** The history of role changes made in the console. */
export interface RoleChanges {
  /** Records that a change begins, makes it with `run`, and records its outcome. @throws the error of `run` */
  record(change: RoleChange, run: () => Promise<void>): Promise<void>;
  /** Returns the roles of these members whose last change was an assignment. */
  givenTo(subjects: readonly string[]): Promise<GivenRole[]>;
  /** Returns the members for whom the removal of one of these roles has started, but has no recorded outcome. */
  losing(tenant: string, roles: readonly string[]): Promise<string[]>;
}

/** Milliseconds within which a timed-out call may still take effect. */
const lateEffect = 60_000;

export function createRoleChanges(db: NodePgDatabase): RoleChanges {
  const { id, tenant, subject, role, change, by, at, status } = roleChanges;
  return {
    async record(made, run) {
      const key = randomUUID();
      const settle = (to: 'done' | 'failed') => db.update(roleChanges).set({ status: to }).where(eq(id, key));
      await db.insert(roleChanges).values({ ...made, id: key, at: new Date() });
      try {
        await run();
      } catch (error) {
        // After an error that is not a refusal by Permit, the change may have been applied, so it stays `started`.
        if (error instanceof PermitApiError && !error.retryable) await settle('failed');
        throw error;
      }
      await settle('done');
    },
    async givenTo(subjects) {
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
    async losing(where, roles) {
      const rows = await db
        .select({ subject })
        .from(roleChanges)
        .where(
          and(
            eq(tenant, where),
            inArray(role, [...roles]),
            eq(change, 'unassign'),
            eq(status, 'started'),
            gt(at, new Date(Date.now() - lateEffect)),
          ),
        );
      return rows.map((row) => row.subject);
    },
  };
}
