import type { PermitReads } from '@latchkey/directory-sync';
import { and, eq, inArray, lt } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { LRUCache } from 'lru-cache';
import type { Accounts } from '../../directory/accounts.ts';
import type { FindPeople } from '../../directory/people.ts';
import type { RoleSource, SourcedRole, UnnamedSource } from '../../directory/role-source.ts';
import { asError } from '../../platform/log/describe-error.ts';
import { inBatches } from '../../platform/in-batches.ts';
import { directoryMember, goneMember, type DirectoryMember } from './directory-member.ts';
import { statusOf, type MemberRow, type MemberStore } from './member-store.ts';
import { weakestFirst } from '../../directory/weakest-first.ts';
import type { Member } from './member.ts';
import type { LoadSources } from './role-sources.ts';
import { members } from './tables.ts';

export interface MemberReaderDeps {
  readonly storeOf: (tenant: string) => MemberStore;
  readonly reads: Pick<PermitReads, 'user'>;
  readonly loadSources: LoadSources;
  readonly findNames: FindPeople;
  readonly suspendedAmong: Accounts['suspendedAmong'];
  readonly write: (found: readonly DirectoryMember[]) => Promise<void>;
}

/** A member's current state in Permit. */
export interface PresentMember {
  readonly member: DirectoryMember;
  /** The member's roles in the tenant; for a suspended member, those that will be restored. */
  readonly roles: readonly string[];
}

export interface MemberReader {
  shown(rows: readonly MemberRow[]): Promise<Member[]>;
  /**
   * Reads a member from Permit and stores them. Returns `undefined` for users who are not members of the tenant.
   * @throws {PermitApiError}
   */
  read(tenant: string, subject: string): Promise<PresentMember | undefined>;
  /** Like `read`, but for many members, in their order. */
  readAll(
    tenant: string,
    subjects: readonly string[],
  ): Promise<PromiseSettledResult<PresentMember | undefined>[]>;
  /** Like `read`, but returns the view of the member. @throws {PermitApiError} */
  readShown(tenant: string, subject: string): Promise<Member | undefined>;
}

/** The number of members who are read at the same time. */
const concurrency = 10;

export function createMemberReader(deps: MemberReaderDeps): MemberReader {
  const { storeOf, reads, loadSources, findNames, suspendedAmong, write } = deps;

  const shown: MemberReader['shown'] = async (rows) => {
    const findSource = await loadSources(rows.map(({ subject }) => subject));
    const sourced = rows.map((row) => ({
      row,
      roles: row.roles.map((role) => ({ role, source: findSource({ ...row, role }) })),
    }));
    const names = await findNames(
      sourced.flatMap(({ roles }) => roles.flatMap(({ source }) => assignerOf(source))),
    );
    return sourced.map(({ row, roles }) => ({
      subject: row.subject,
      name: row.name,
      email: row.email,
      kind: row.kind,
      roles: roles.map(({ role, source }): SourcedRole => ({ role, source: named(source, names) })),
      lastSignInAt: row.lastSignInAt?.toISOString() ?? null,
      status: statusOf(row),
    }));
  };

  const readAll: MemberReader['readAll'] = async (tenant, subjects) => {
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
  const read: MemberReader['read'] = async (tenant, subject) => {
    const [present] = await readAll(tenant, [subject]);
    if (present?.status !== 'fulfilled') throw present?.reason;
    return present.value;
  };

  return {
    shown,
    read,
    readAll,
    async readShown(tenant, subject) {
      if ((await read(tenant, subject)) === undefined) return undefined;
      const row = await storeOf(tenant).find(subject);
      return row === undefined ? undefined : (await shown([row]))[0];
    },
  };
}

function assignerOf(source: UnnamedSource): string[] {
  return source.kind === 'hand' && source.by !== null ? [source.by] : [];
}

function named(source: UnnamedSource, names: Awaited<ReturnType<FindPeople>>): RoleSource {
  if (source.kind !== 'hand') return source;
  const { by } = source;
  return { ...source, by: by === null ? null : (names.get(by) ?? { key: by, name: null }) };
}

export interface RefreshMembersDeps {
  readonly db: NodePgDatabase;
  readonly reads: Pick<PermitReads, 'rolesIn'>;
  readonly reader: Pick<MemberReader, 'read'>;
  readonly onError: (error: Error) => void;
}

/** Milliseconds for which a member's roles are not compared again. */
const fresh = 10_000;

/** Compares displayed members with Permit in one call, and stores changes made outside this server. Never rejects. */
export function createRefreshMembers({ db, reads, reader, onError }: RefreshMembersDeps) {
  const asked = new LRUCache<string, true>({ max: 10_000, ttl: fresh });

  const refresh = async (tenant: string, rows: readonly MemberRow[]): Promise<void> => {
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
    await inBatches(different, ({ subject }) => reader.read(tenant, subject));
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
