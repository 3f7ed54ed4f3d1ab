import type { PermitReads } from '@latchkey/directory-sync';
import type { FindPeople } from '../../directory/people.ts';
import type { RoleSource, SourcedRole } from '../../directory/role-source.ts';
import { directoryMember, goneMember, type DirectoryMember } from './directory-member.ts';
import { inPolicyOrder, type Member } from './member.ts';
import { createMemberStore, statusOf, type MemberRow } from './member-store.ts';
import type { LoadSources, UnnamedSource } from './role-sources.ts';

export interface MemberReaderDeps {
  readonly storeOf: (tenant: string) => ReturnType<typeof createMemberStore>;
  readonly reads: Pick<PermitReads, 'user'>;
  readonly loadSources: LoadSources;
  readonly findNames: FindPeople;
  readonly isSuspended: (subject: string) => Promise<boolean>;
  readonly write: (found: readonly DirectoryMember[]) => Promise<void>;
}

/** The current state of a member in Permit. */
export interface PresentMember {
  readonly member: DirectoryMember;
  /** Tenant roles here; for a suspended member those that will be restored. */
  readonly roles: readonly string[];
}

export interface MemberReader {
  /** Converts stored members to their views. */
  shown(rows: readonly MemberRow[]): Promise<Member[]>;
  /** Reads a member from Permit and stores them. `undefined`: not a member of this tenant. @throws {PermitApiError} */
  read(tenant: string, subject: string): Promise<PresentMember | undefined>;
  /** The same, as a view. @throws {PermitApiError} */
  readShown(tenant: string, subject: string): Promise<Member | undefined>;
}

export function createMemberReader(deps: MemberReaderDeps): MemberReader {
  const { storeOf, reads, loadSources, findNames, isSuspended, write } = deps;

  const shown: MemberReader['shown'] = async (rows) => {
    const findSource = await loadSources(rows.map(({ subject }) => subject));
    const sourced = rows.map((row) => ({
      row,
      roles: row.roles.map((role) => ({ role, source: findSource({ ...row, role }) })),
    }));
    const names = await findNames(
      sourced.flatMap(({ roles }) => roles.flatMap(({ source }) => giverOf(source))),
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

  const read: MemberReader['read'] = async (tenant, subject) => {
    const readAt = new Date();
    const [user, suspended, stored] = await Promise.all([
      reads.user(subject),
      isSuspended(subject),
      storeOf(tenant).find(subject),
    ]);
    if (user === undefined) {
      if (stored !== undefined) await write([goneMember(subject, readAt)]);
      return undefined;
    }
    const found = directoryMember(user, { readAt, isSuspended: suspended });
    const roles = found.rolesByTenant.get(tenant);
    if (roles !== undefined) {
      await write([found]);
      return { member: found, roles: inPolicyOrder(roles) };
    }
    if (stored === undefined) return undefined;
    // Only Logto knows the organizations in which a user has no role. So the row does not become newer than the last
    // reading of Logto, after which sync deletes a member who has left.
    const rolesByTenant = new Map([...found.rolesByTenant, [tenant, []]]);
    const member = { ...found, rolesByTenant, readAt: stored.readAt };
    await write([member]);
    return { member, roles: [] };
  };

  return {
    shown,
    read,
    async readShown(tenant, subject) {
      if ((await read(tenant, subject)) === undefined) return undefined;
      const row = await storeOf(tenant).find(subject);
      return row === undefined ? undefined : (await shown([row]))[0];
    },
  };
}

function giverOf(source: UnnamedSource): string[] {
  return source.kind === 'hand' && source.by !== null ? [source.by] : [];
}

function named(source: UnnamedSource, names: Awaited<ReturnType<FindPeople>>): RoleSource {
  if (source.kind !== 'hand') return source;
  const { by } = source;
  return { ...source, by: by === null ? null : (names.get(by) ?? { key: by, name: null }) };
}
