import { userKey } from '@latchkey/directory-sync';
import { eq, inArray, ne, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Bus } from '../bus/open-bus.ts';
import { directoryUsers } from '../database/schema.ts';

export type AccountStatus = (typeof directoryUsers.$inferSelect)['status'];

/**
 * Who is suspended or deleted in Logto. Their access tokens live on for up to an hour and nobody can call them back, so
 * every replica keeps the list in memory and refuses them.
 */
export interface Revocations {
  /** By the user's key in Permit, which is the identity's subject. */
  isRevoked(subject: string): boolean;
  /** Those of them (Logto's ids) whom any replica has heard of. */
  known(ids: readonly string[]): Promise<ReadonlySet<string>>;
  /** Keeps that Logto knows these; what is known of them already stays. */
  remember(ids: readonly string[]): Promise<void>;
  /**
   * Keeps what Logto says of a user (by Logto's id), and tells every replica when that changes who is refused. `version`
   * orders what only payloads tell; `false` when something later is known already.
   */
  record(id: string, status: AccountStatus, version?: number): Promise<boolean>;
  /** Logto's ids of those whom Logto was last heard to have suspended. */
  suspended(): Promise<string[]>;
  /** Logto's ids of those who pass for active and are not among these. */
  activeBut(ids: Iterable<string>): Promise<string[]>;
  close(): void;
}

/** Loads the list before it resolves, so that nobody slips in while a replica starts. */
export async function openRevocations({
  db,
  bus,
  onError,
}: {
  readonly db: NodePgDatabase;
  readonly bus: Bus;
  readonly onError: (error: Error) => void;
}): Promise<Revocations> {
  let revoked = new Set<string>();
  const load = async (): Promise<void> => {
    const rows = await db
      .select({ id: directoryUsers.id })
      .from(directoryUsers)
      .where(ne(directoryUsers.status, 'active'));
    revoked = new Set(rows.map(({ id }) => userKey(id)));
  };
  const unsubscribe = bus.subscribe((message) => {
    if (message.kind === 'account-status') {
      if (message.revoked) revoked.add(message.subject);
      else revoked.delete(message.subject);
    } else if (
      message.kind === 'invalidated' &&
      message.subject === undefined &&
      message.tenant === undefined
    ) {
      // After a gap anything may have been missed.
      load().catch((error: unknown) => onError(error instanceof Error ? error : new Error(String(error))));
    }
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
      if (revoked.has(subject) !== isRevoked)
        bus.publish({ kind: 'account-status', subject, revoked: isRevoked });
      return true;
    },
    async suspended() {
      const rows = await db
        .select({ id: directoryUsers.id })
        .from(directoryUsers)
        .where(eq(directoryUsers.status, 'suspended'));
      return rows.map(({ id }) => id);
    },
    async activeBut(ids) {
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
