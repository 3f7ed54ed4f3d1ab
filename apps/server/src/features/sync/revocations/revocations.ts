import { userKey } from '@latchkey/directory-sync';
import { eq, inArray, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Pool } from 'pg';
import { z } from 'zod';
import { AppError } from '../../../app-error.ts';
import type { Bus } from '../../../bus/open-bus.ts';
import { directoryRevision, directoryUsers } from '../tables.ts';
import { createRevocationList, type Gap, type RevocationList } from './revocation-list.ts';

export type AccountStatus = (typeof directoryUsers.$inferSelect)['status'];

/** What is recorded of a user. */
export interface AccountRecord {
  readonly status: AccountStatus;
  /** Changes with the status. */
  readonly revision: number;
  /** When Logto last confirmed the status. */
  readonly confirmedAt: Date;
}

export interface StatusChange {
  /**
   * Payload mode: the user's `updatedAt`. Nothing is recorded when a later version is recorded already; the same status of
   * the same version counts as recorded.
   */
  readonly version?: number | undefined;
  /**
   * The user's revision before Logto was asked; 0 for a user without a record. Nothing is recorded when the status has
   * changed since: Logto's answer may be older than that change.
   */
  readonly seenRevision?: number | undefined;
}

/**
 * The users who are suspended or deleted in Logto. Their access tokens stay valid for up to an hour and cannot be called
 * back, so every replica refuses them. The table is the truth: each replica reads its changes several times a second, and
 * a notification only makes it read at once.
 */
export interface Revocations {
  /** By what this replica has read so far; `subject` is the user's key in Permit, as in `Identity`. */
  isRevoked(subject: string): boolean;
  /**
   * Resolves when this replica knows every change that is older than a second.
   * @throws {AppError} `AUTHENTICATION_UNAVAILABLE` when it cannot know
   */
  ensureCurrent(): Promise<void>;
  /** The last gap: until it is caught up, a record from before it is not to be trusted. */
  gap(): Gap | undefined;
  /** The records of these users (Logto's ids), those without one left out. */
  recordsOf(ids: readonly string[]): Promise<ReadonlyMap<string, AccountRecord>>;
  /** Records that Logto has confirmed these users (Logto's ids) as active. A recorded revocation stays. */
  rememberActive(ids: readonly string[]): Promise<void>;
  /**
   * Records the status of a user (Logto's id). Resolves when this replica knows it, or knows the one that stands instead.
   * Returns whether it was recorded.
   */
  record(id: string, status: AccountStatus, change?: StatusChange): Promise<boolean>;
  /** Logto's ids of the users who are recorded as suspended. */
  suspended(): Promise<string[]>;
  /** Logto's ids of the users who are recorded as active and are not among `ids`. */
  activeExcept(ids: Iterable<string>): Promise<string[]>;
  /** Records that a finished run, which began then, has confirmed every account. */
  recordRun(began: Date): Promise<void>;
  /** Reads the changes now. Never rejects. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

export interface RevocationsDeps {
  readonly db: NodePgDatabase;
  readonly reserved: Pool;
  /** For the statements about all users, which take seconds. */
  readonly patient: NodePgDatabase;
  readonly bus: Bus;
  /** Called on every replica when a user (the key in Permit) begins or ceases to be refused. */
  readonly onChange: (subject: string) => void;
  readonly onError: (error: Error) => void;
}

/** A status changed: published by the table's trigger. After a gap, the table is read. */
const revocationsTopic = { name: 'revocations', schema: z.object({}) };

/** Reads the list before it resolves, so that a replica refuses the right users from its first request. */
export async function openRevocations({
  db,
  reserved,
  patient,
  bus,
  onChange,
  onError,
}: RevocationsDeps): Promise<Revocations> {
  const list: RevocationList = createRevocationList({
    reserved,
    onError,
    onChange: (id) => onChange(userKey(id)),
  });
  const refresh = (): void => void list.refresh();
  const unsubscribe = bus.topic(revocationsTopic).subscribe({ onMessage: refresh, onGap: refresh });
  await list.start();

  return {
    isRevoked: (subject) => list.isRevoked(subject),
    async ensureCurrent() {
      if (await list.isCurrent()) return;
      throw new AppError(
        'AUTHENTICATION_UNAVAILABLE',
        'Whether this account is suspended cannot be checked right now.',
      );
    },
    gap: () => list.gap(),
    async recordsOf(ids) {
      if (ids.length === 0) return new Map();
      const { id, status, revision, confirmedAt } = directoryUsers;
      const rows = await db
        .select({ id, status, revision, confirmedAt })
        .from(directoryUsers)
        .where(inArray(id, [...ids]));
      return new Map(rows.map(({ id: user, ...record }) => [user, record]));
    },
    async rememberActive(ids) {
      if (ids.length === 0) return;
      // In the order of ids: two replicas that write the same users would deadlock otherwise.
      const rows = [...new Set(ids)].toSorted().map((id) => ({ id, status: 'active' as const }));
      await db
        .insert(directoryUsers)
        .values(rows)
        .onConflictDoUpdate({
          target: directoryUsers.id,
          set: { confirmedAt: sql`now()` },
          setWhere: eq(directoryUsers.status, 'active'),
        });
    },
    async record(id, status, { version, seenRevision } = {}) {
      const isLater =
        version === undefined
          ? sql`true`
          : sql`((${directoryUsers.status} <> 'gone' and ${directoryUsers.version} <= excluded.version)
              or (${directoryUsers.status} = excluded.status and ${directoryUsers.version} = excluded.version))`;
      const isUnchanged =
        seenRevision === undefined ? sql`true` : sql`${directoryUsers.revision} = ${seenRevision}`;
      const written = await db
        .insert(directoryUsers)
        .values({ id, status, version: version ?? 0 })
        .onConflictDoUpdate({
          target: directoryUsers.id,
          set: {
            status,
            version: sql`greatest(${directoryUsers.version}, excluded.version)`,
            changedAt: sql`now()`,
            confirmedAt: sql`now()`,
          },
          setWhere: sql`${isLater} and ${isUnchanged}`,
        })
        .returning({ id: directoryUsers.id });
      if (written.length === 0) {
        // Another replica was faster: the caller goes on with what that one has recorded.
        await list.refresh();
        return false;
      }
      if (list.isRevoked(userKey(id)) !== (status !== 'active')) await list.refresh();
      return true;
    },
    async suspended() {
      const rows = await patient
        .select({ id: directoryUsers.id })
        .from(directoryUsers)
        .where(eq(directoryUsers.status, 'suspended'));
      return rows.map(({ id }) => id);
    },
    async activeExcept(ids) {
      const rows = await patient
        .select({ id: directoryUsers.id })
        .from(directoryUsers)
        .where(
          sql`${directoryUsers.status} = 'active' and not exists (
            select from unnest(${sql.param([...ids])}::text[]) as other(id) where other.id = ${directoryUsers.id})`,
        );
      return rows.map(({ id }) => id);
    },
    async recordRun(began) {
      await db.update(directoryRevision).set({
        confirmedAt: sql`greatest(${directoryRevision.confirmedAt}, ${began.toISOString()}::timestamptz)`,
      });
    },
    refresh: () => list.refresh(),
    async close() {
      unsubscribe();
      await list.stop();
    },
  };
}
