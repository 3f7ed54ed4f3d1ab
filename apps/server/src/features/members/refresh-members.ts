import type { PermitReads } from '@latchkey/directory-sync';
import { and, eq, inArray, lt } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { LRUCache } from 'lru-cache';
import { asError } from '../../platform/log/describe-error.ts';
import { inPolicyOrder } from './member.ts';
import type { MemberReader } from './member-reader.ts';
import type { MemberRow } from './member-store.ts';
import { members } from './tables.ts';

export interface RefreshMembersDeps {
  readonly db: NodePgDatabase;
  readonly reads: Pick<PermitReads, 'rolesIn'>;
  readonly reader: Pick<MemberReader, 'read'>;
  readonly onError: (error: Error) => void;
}

/** Milliseconds within which a member's roles are not read again. */
const fresh = 10_000;

/** Members whose complete accounts are read concurrently. */
const lanes = 5;

/**
 * Compares the roles of displayed members with Permit in one call and stores differences, which come from changes
 * outside of this server. Runs in the background and never rejects.
 */
export function createRefreshMembers({ db, reads, reader, onError }: RefreshMembersDeps) {
  const asked = new LRUCache<string, true>({ max: 10_000, ttl: fresh });

  const refresh = async (tenant: string, rows: readonly MemberRow[]): Promise<void> => {
    const readAt = new Date();
    const held = Map.groupBy(
      await reads.rolesIn(tenant, { users: rows.map(({ subject }) => subject) }),
      ({ user }) => user,
    );
    const isDifferent = ({ subject, roles }: MemberRow): boolean => {
      const present = inPolicyOrder((held.get(subject) ?? []).map(({ role }) => role));
      return present.join(' ') !== roles.join(' ');
    };
    // Permit does not have the roles of a suspended member.
    const different = rows.filter((row) => row.status === 'active' && isDifferent(row));
    const queue = different.values();
    const work = async (): Promise<void> => {
      for (const { subject } of queue) await reader.read(tenant, subject); // oxlint-disable-line no-await-in-loop -- sequential
    };
    await Promise.all(Array.from({ length: lanes }, work));
    const same = rows.filter((row) => !different.includes(row)).map(({ subject }) => subject);
    if (same.length === 0) return;
    await db
      .update(members)
      .set({ readAt })
      .where(and(eq(members.tenant, tenant), inArray(members.subject, same), lt(members.readAt, readAt)));
  };

  return async (tenant: string, rows: readonly MemberRow[]): Promise<void> => {
    const due = rows.filter(
      ({ subject, readAt }) => Date.now() - readAt.getTime() >= fresh && !asked.has(`${tenant} ${subject}`),
    );
    if (due.length === 0) return;
    for (const { subject } of due) asked.set(`${tenant} ${subject}`, true);
    await refresh(tenant, due).catch((error: unknown) => onError(asError(error)));
  };
}
