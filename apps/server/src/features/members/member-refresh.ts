import type { PermitReads } from '@latchkey/directory-sync';
import { and, eq, inArray, lt } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { LRUCache } from 'lru-cache';
import type { Accounts } from '../../directory/accounts.ts';
import { asError } from '../../platform/log/describe-error.ts';
import { inBatches } from '../../platform/in-batches.ts';
import { directoryMember, goneMember, type DirectoryMember } from './directory-member.ts';
import type { MemberRow, MemberStore } from './member-store.ts';
import { weakestFirst } from '../../directory/weakest-first.ts';
import type { Member } from './member-views.ts';
import type { ViewMembers } from './member-views.ts';
import { members } from './tables.ts';

export interface MemberRefreshDeps {
  readonly storeOf: (tenant: string) => MemberStore;
  readonly reads: Pick<PermitReads, 'user'>;
  readonly view: ViewMembers;
  readonly suspendedAmong: Accounts['suspendedAmong'];
  readonly write: (found: readonly DirectoryMember[]) => Promise<void>;
}

/** A member's current state in Permit. */
export interface PresentMember {
  readonly member: DirectoryMember;
  /** The member's roles in the tenant; for a suspended member, those that will be restored. */
  readonly roles: readonly string[];
}

export interface MemberRefresh {
  /**
   * Reads a member from Permit and stores them. Returns `undefined` for users who are not members of the tenant.
   * @throws {PermitApiError}
   */
  readonly refresh: (tenant: string, subject: string) => Promise<PresentMember | undefined>;
  /** Like `refresh`, but for many members, in their order. */
  readonly refreshAll: (
    tenant: string,
    subjects: readonly string[],
  ) => Promise<PromiseSettledResult<PresentMember | undefined>[]>;
  /** Like `refresh`, but returns the view of the member. @throws {PermitApiError} */
  readonly refreshedView: (tenant: string, subject: string) => Promise<Member | undefined>;
}

/** The number of members who are read at the same time. */
const concurrency = 10;

export function createMemberRefresh(deps: MemberRefreshDeps): MemberRefresh {
  const { storeOf, reads, view, suspendedAmong, write } = deps;

  const refreshAll: MemberRefresh['refreshAll'] = async (tenant, subjects) => {
    const readAt = new Date();
    const [suspended, rows] = await Promise.all([suspendedAmong(subjects), storeOf(tenant).among(subjects)]);
    const storedAt = new Map(rows.map((row) => [row.subject, row.readAt]));
    const changed: DirectoryMember[] = [];
    const readOne = async (subject: string): Promise<PresentMember | undefined> => {
      const user = await reads.user(subject);
      const stored = storedAt.get(subject);
      if (user === undefined) {
        if (stored !== undefined) changed.push(goneMember(subject, readAt));
        return undefined;
      }
      const found = directoryMember(user, { readAt, isSuspended: suspended.has(subject) });
      const roles = found.rolesByTenant.get(tenant);
      if (roles !== undefined) {
        changed.push(found);
        return { member: found, roles: weakestFirst(roles) };
      }
      if (stored === undefined) return undefined;
      // Only Logto knows whether a user without a role is still in the organization. The row keeps the time of the last
      // read from Logto, so that the next read from Logto can delete a member who has left.
      const rolesByTenant = new Map([...found.rolesByTenant, [tenant, []]]);
      const member = { ...found, rolesByTenant, readAt: stored };
      changed.push(member);
      return { member, roles: [] };
    };
    const settle = async (subject: string) => (await Promise.allSettled([readOne(subject)]))[0];
    const present = await inBatches(subjects, settle, concurrency);
    await write(changed);
    return present;
  };
  const refresh: MemberRefresh['refresh'] = async (tenant, subject) => {
    const [present] = await refreshAll(tenant, [subject]);
    if (present?.status !== 'fulfilled') throw present?.reason;
    return present.value;
  };

  return {
    refresh,
    refreshAll,
    async refreshedView(tenant, subject) {
      if ((await refresh(tenant, subject)) === undefined) return undefined;
      const row = await storeOf(tenant).find(subject);
      return row === undefined ? undefined : (await view([row]))[0];
    },
  };
}

export interface RefreshShownDeps {
  readonly db: NodePgDatabase;
  readonly reads: Pick<PermitReads, 'rolesIn'>;
  readonly refresh: MemberRefresh['refresh'];
  readonly onError: (error: Error) => void;
}

/** Milliseconds for which a member's roles are not compared again. */
const fresh = 10_000;

/** Compares displayed members with Permit in one call, and stores changes made outside this server. Never rejects. */
export function createRefreshShown({ db, reads, refresh, onError }: RefreshShownDeps) {
  const asked = new LRUCache<string, true>({ max: 10_000, ttl: fresh });

  const compare = async (tenant: string, rows: readonly MemberRow[]): Promise<void> => {
    const readAt = new Date();
    const held = Map.groupBy(
      await reads.rolesIn(tenant, { users: rows.map(({ subject }) => subject) }),
      ({ user }) => user,
    );
    const isDifferent = ({ subject, roles }: MemberRow): boolean => {
      const present = weakestFirst((held.get(subject) ?? []).map(({ role }) => role));
      return present.join(' ') !== roles.join(' ');
    };
    // A suspended member has no assigned roles in Permit to compare.
    const different = rows.filter((row) => row.status === 'active' && isDifferent(row));
    await inBatches(different, ({ subject }) => refresh(tenant, subject));
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
    await compare(tenant, due).catch((error: unknown) => onError(asError(error)));
  };
}
