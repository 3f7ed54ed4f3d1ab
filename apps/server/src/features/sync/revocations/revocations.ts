import { userKey } from '@latchkey/directory-sync';
import { eq, inArray, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Pool } from 'pg';
import { z } from 'zod';
import { AppError } from '../../../platform/app-error.ts';
import type { Bus } from '../../../platform/bus/open-bus.ts';
import type { Transaction } from '../../../platform/database/open-database.ts';
import { directoryRevision, directoryUsers } from '../tables.ts';
import { createRevocationList, type Gap, type RevocationList } from './revocation-list.ts';

export type AccountStatus = (typeof directoryUsers.$inferSelect)['status'];

export interface AccountRecord {
  readonly status: AccountStatus;
  /** Changes whenever the status does. */
  readonly revision: number;
  /** When Logto last confirmed the status. */
  readonly confirmedAt: Date;
}

export interface StatusChange {
  /** In payload mode, the user's `updatedAt`; the latest version wins. A repetition counts as recorded. */
  readonly version?: number | undefined;
  /**
   * The record's revision before Logto was queried; 0 without a record. If the status has changed since, nothing is
   * recorded, because Logto's answer may be older.
   */
  readonly seenRevision?: number | undefined;
}

/**
 * The users who are suspended or deleted in Logto. Every replica refuses them, because their access tokens remain valid
 * for up to an hour. The table is authoritative; a notification only triggers a read earlier.
 */
export interface Revocations {
  /** Whether the user is revoked, as of this replica's last read. `subject` is a Permit key, as in `Identity`. */
  isRevoked(subject: string): boolean;
  /**
   * Resolves when this replica knows every change that is older than a second.
   * @throws {AppError} `AUTHENTICATION_UNAVAILABLE` if its snapshot may be outdated
   */
  ensureCurrent(): Promise<void>;
  /** Returns the last gap. Until a run has caught up, records from before the gap are not trusted. */
  gap(): Gap | undefined;
  /** Returns the records of these users (Logto ids). Omits users without a record. */
  recordsOf(ids: readonly string[]): Promise<ReadonlyMap<string, AccountRecord>>;
  /** Records that Logto has confirmed these users (Logto ids) as active. Does not overwrite a revocation. */
  rememberActive(ids: readonly string[]): Promise<void>;
  /** Resolves when this replica knows the stored status. Returns whether the given status was recorded. */
  record(id: string, status: AccountStatus, change?: StatusChange): Promise<boolean>;
  /** Returns the Logto ids of the users recorded as suspended. */
  suspended(): Promise<string[]>;
  /** Returns the Logto ids of the users recorded as active that are not among `ids`. */
  activeExcept(ids: Iterable<string>): Promise<string[]>;
  /** Records that a completed run, which began at `began`, has confirmed every account. */
  recordRun(began: Date): Promise<void>;
  /** Reads the changes now. Never rejects. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

export interface RevocationsDeps {
  readonly db: NodePgDatabase;
  readonly reserved: Pool;
  /** A connection with a long timeout, for statements about all users, which take seconds. */
  readonly patient: NodePgDatabase;
  readonly bus: Bus;
  /** Called in the transaction that records a user (Permit key) as suspended or deleted. */
  readonly onRevoked: (transaction: Transaction, subject: string) => Promise<void>;
  /** Called on every replica when a user (Permit key) becomes refused or admitted. */
  readonly onChange: (subject: string) => void;
  readonly onError: (error: Error) => void;
}

const revocationsTopic = { name: 'revocations', schema: z.object({}) };

/** Reads the list before it resolves, so that a replica refuses the right users from its first request on. */
export async function openRevocations({
  db,
  reserved,
  patient,
  bus,
  onRevoked,
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
      // Sorted by id: two replicas that write the same users in different orders could deadlock.
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
      const write = async (connection: Pick<NodePgDatabase, 'insert'>): Promise<boolean> => {
        const written = await connection
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
        return written.length > 0;
      };
      const isRecorded = await (status === 'active'
        ? write(db)
        : db.transaction(async (transaction) => {
            if (!(await write(transaction))) return false;
            await onRevoked(transaction, userKey(id));
            return true;
          }));
      if (!isRecorded) {
        // The status changed in the meantime. The caller continues with the stored one.
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
