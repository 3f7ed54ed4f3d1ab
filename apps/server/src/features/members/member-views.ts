import type { FindPeople } from '../../directory/people.ts';
import type { RoleSource, SourcedRole, UnnamedSource } from '../../directory/role-source.ts';
import { statusOf, type MemberRow } from './member-store.ts';
import type { LoadSources } from './role-sources.ts';

export interface ViewMembersDeps {
  readonly loadSources: LoadSources;
  readonly findPeople: FindPeople;
}

export type ViewMembers = ReturnType<typeof createViewMembers>;

/** A member of a tenant. Times are ISO 8601. */
export type Member = Awaited<ReturnType<ViewMembers>>[number];

/** Returns the views of stored members, with the sources of their roles. */
export function createViewMembers({ loadSources, findPeople }: ViewMembersDeps) {
  return async (rows: readonly MemberRow[]) => {
    const findSource = await loadSources(rows.map(({ subject }) => subject));
    const sourced = rows.map((row) => ({
      row,
      roles: row.roles.map((role) => ({ role, source: findSource({ ...row, role }) })),
    }));
    const names = await findPeople(
      sourced.flatMap(({ roles }) => roles.flatMap(({ source }) => assignerOf(source))),
    );
    return sourced.map(({ row, roles }) => ({
      /** The Permit key. */
      subject: row.subject,
      name: row.name,
      email: row.email,
      kind: row.kind,
      /** Weakest first; for a suspended member, the roles that will be restored. */
      roles: roles.map(({ role, source }): SourcedRole => ({ role, source: named(source, names) })),
      /** `null` if unknown, or if the member has never signed in. */
      lastSignInAt: row.lastSignInAt?.toISOString() ?? null,
      /** `dormant`: an active user who has not signed in for `dormantDays` days. */
      status: statusOf(row),
    }));
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
