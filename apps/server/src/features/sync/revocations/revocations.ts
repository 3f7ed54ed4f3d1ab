import { userKey } from '@latchkey/directory-sync';
import { eq, inArray, ne, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { z } from 'zod';
import type { Bus } from '../../../bus/open-bus.ts';
import { directoryUsers } from '../tables.ts';

export type AccountStatus = (typeof directoryUsers.$inferSelect)['status'];

/**
 * The users who are suspended or deleted in Logto. Their access tokens stay valid for up to an hour and cannot be called
 * back, so every replica keeps the list in memory and refuses them.
 */
export interface Revocations {
  /** `subject` is the user's key in Permit, as in `Identity`. */
  isRevoked(subject: string): boolean;
  /** Which of these users (Logto's ids) are recorded. */
  known(ids: readonly string[]): Promise<ReadonlySet<string>>;
  /** Records these users (Logto's ids) as active, unless they are recorded already. */
  remember(ids: readonly string[]): Promise<void>;
  /**
   * Records the status of a user (Logto's id), and tells every replica when it changes who is refused. `version` is the
   * user's `updatedAt` in payload mode: returns `false`, and records nothing, when a later version is recorded already.
   */
  record(id: string, status: AccountStatus, version?: number): Promise<boolean>;
  /** Logto's ids of the users who are recorded as suspended. */
  suspended(): Promise<string[]>;
  /** Logto's ids of the users who are recorded as active and are not among `ids`. */
  activeExcept(ids: Iterable<string>): Promise<string[]>;
  close(): void;
}

/** A user (the key in Permit) begins or ceases to be refused. After a gap, the list is read again. */
const revocationTopic = {
  name: 'revocation',
  schema: z.object({ subject: z.string(), revoked: z.boolean() }),
};

/** Loads the list before it resolves, so that a replica refuses the right users from its first request. */
export async function openRevocations({
  db,
  bus,
  onRevocation,
  onError,
}: {
  readonly db: NodePgDatabase;
  readonly bus: Bus;
  /** Called on the replica that records it, when a user (the key in Permit) begins or ceases to be refused. */
  readonly onRevocation: (subject: string) => void;
  readonly onError: (error: Error) => void;
}): Promise<Revocations> {
  const topic = bus.topic(revocationTopic);
  let revoked = new Set<string>();
  const load = async (): Promise<void> => {
    const rows = await db
      .select({ id: directoryUsers.id })
      .from(directoryUsers)
      .where(ne(directoryUsers.status, 'active'));
    revoked = new Set(rows.map(({ id }) => userKey(id)));
  };
  const unsubscribe = topic.subscribe({
    onMessage({ subject, revoked: isRevoked }) {
      if (isRevoked) revoked.add(subject);
      else revoked.delete(subject);
    },
    onGap() {
      load().catch((error: unknown) => onError(error instanceof Error ? error : new Error(String(error))));
    },
  });
  await load();

  return {
    isRevoked: (subject) => revoked.has(subject),
    async known(ids) {
      if (ids.length === 0) return new Set();
      const rows = await db
        .select({ id: directoryUsers.id })
        .from(directoryUsers)
        .where(inArray(directoryUsers.id, [...ids]));
      return new Set(rows.map(({ id }) => id));
    },
    async remember(ids) {
      if (ids.length === 0) return;
      const rows = ids.map((id) => ({ id, status: 'active' as const }));
      await db.insert(directoryUsers).values(rows).onConflictDoNothing();
    },
    async record(id, status, version) {
      const later =
        version === undefined
          ? sql`true`
          : sql`${directoryUsers.status} <> 'gone' and ${directoryUsers.version} <= excluded.version`;
      const written = await db
        .insert(directoryUsers)
        .values({ id, status, version: version ?? 0 })
        .onConflictDoUpdate({
          target: directoryUsers.id,
          set: {
            status,
            version: sql`greatest(${directoryUsers.version}, excluded.version)`,
            changedAt: sql`now()`,
          },
          setWhere: later,
        })
        .returning({ id: directoryUsers.id });
      if (written.length === 0) return false;
      const subject = userKey(id);
      const isRevoked = status !== 'active';
      if (revoked.has(subject) !== isRevoked) {
        topic.publish({ subject, revoked: isRevoked });
        onRevocation(subject);
      }
      return true;
    },
    async suspended() {
      const rows = await db
        .select({ id: directoryUsers.id })
        .from(directoryUsers)
        .where(eq(directoryUsers.status, 'suspended'));
      return rows.map(({ id }) => id);
    },
    async activeExcept(ids) {
      const rows = await db
        .select({ id: directoryUsers.id })
        .from(directoryUsers)
        .where(
          sql`${directoryUsers.status} = 'active' and not exists (
            select from unnest(${sql.param([...ids])}::text[]) as other(id) where other.id = ${directoryUsers.id})`,
        );
      return rows.map(({ id }) => id);
    },
    close: unsubscribe,
  };
}
