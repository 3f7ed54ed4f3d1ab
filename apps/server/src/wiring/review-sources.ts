import { count, inArray } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { FindPeople } from '../directory/people.ts';
import type { LoadSources } from '../features/members/role-sources.ts';
import { createMemberStore, statusOf } from '../features/members/member-store.ts';
import { givenAmong } from '../features/reports/shares/share-store.ts';
import { collectionReports } from '../features/reports/tables.ts';
import { grantsAmong } from '../features/requests/live-grants.ts';
import type { PopulationDeps } from '../features/reviews/population.ts';

export interface ReviewSourcesDeps {
  readonly db: NodePgDatabase;
  readonly loadSources: LoadSources;
  readonly findPeople: FindPeople;
}

function keyOf(subject: string, role: string, instance: string | null): string {
  return JSON.stringify([subject, role, instance]);
}

/** What reviews read from the data of other features. */
export function createReviewSources({
  db,
  loadSources,
  findPeople,
}: ReviewSourcesDeps): Pick<PopulationDeps, 'originsOf' | 'membersAmong' | 'reportsIn'> {
  return {
    async originsOf(tenant, users) {
      const subjects = users.map(({ subject }) => subject);
      const machines = new Set(users.flatMap(({ subject, isMachine }) => (isMachine ? [subject] : [])));
      const [sourceOf, grants, given] = await Promise.all([
        loadSources(subjects),
        grantsAmong(db, { tenant, subjects }),
        givenAmong(db, { tenant, subjects }),
      ]);
      const tenantSource = (subject: string, role: string) =>
        sourceOf({ tenant, subject, role, kind: machines.has(subject) ? 'machine' : 'person' });
      const assigners = users.flatMap(({ subject, held }) =>
        held.flatMap(({ role, instance }) => {
          const source = instance === null ? tenantSource(subject, role) : undefined;
          return source?.kind === 'hand' && source.by !== null ? [source.by] : [];
        }),
      );
      const named = await findPeople([...assigners, ...[...grants, ...given].map(({ by }) => by)]);
      const doer = (key: string) => ({ key, name: named.get(key)?.name ?? null });
      const grantOf = new Map(
        grants.map((one) => [keyOf(one.subject, one.role, one.instance ?? null), one] as const),
      );
      const givenOf = new Map(given.map((one) => [keyOf(one.subject, one.role, one.instance), one] as const));
      return ({ subject, role, instance }) => {
        const key = keyOf(subject, role, instance);
        const grant = grantOf.get(key);
        if (instance === null) {
          const source = tenantSource(subject, role);
          const since = grant?.at.toISOString() ?? (source.kind === 'hand' ? source.at : null);
          if (source.kind !== 'hand') return { source, since };
          return { source: { ...source, by: source.by === null ? null : doer(source.by) }, since };
        }
        if (grant !== undefined) {
          const [at, endsAt] = [grant.at.toISOString(), grant.endsAt?.toISOString() ?? null];
          const source =
            grant.requestId === null
              ? ({ kind: 'hand', by: doer(grant.by), at, endsAt } as const)
              : ({ kind: 'request', requestId: grant.requestId, endsAt } as const);
          return { source, since: at };
        }
        const share = givenOf.get(key);
        if (share === undefined) return { source: null, since: null };
        const at = share.at.toISOString();
        return { source: { kind: 'hand', by: doer(share.by), at, endsAt: null }, since: at };
      };
    },

    async membersAmong(tenant, subjects) {
      const rows = await createMemberStore(db, tenant).among(subjects);
      return rows.map((row) => {
        const status = statusOf(row);
        return {
          subject: row.subject,
          lastSignInAt: row.lastSignInAt,
          isInactive: status === 'dormant',
          isSuspended: status === 'suspended',
        };
      });
    },

    async reportsIn(ids) {
      if (ids.length === 0) return new Map();
      const { collectionId: collection } = collectionReports;
      const found = await db
        .select({ collection, reports: count() })
        .from(collectionReports)
        .where(inArray(collection, [...ids]))
        .groupBy(collection);
      return new Map(found.map((row) => [row.collection, row.reports]));
    },
  };
}
