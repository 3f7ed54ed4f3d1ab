import type { PermitReads } from '@latchkey/directory-sync';
import { count, inArray } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { type FindPeople, isMachine } from '../directory/people.ts';
import { parseInstance, sharedResources } from '../directory/shared-resources.ts';
import { createMemberStore, statusOf } from '../features/members/member-store.ts';
import type { Members } from '../features/members/open-members.ts';
import type { LoadSources } from '../features/members/role-sources.ts';
import { findOpenable } from '../features/reports/load-report.ts';
import { readPersonRoles, type SharedInstance } from '../features/reports/shares/instance-roles.ts';
import { givenAmong, forgetGiven, recordGiven } from '../features/reports/shares/share-store.ts';
import type { Sharing } from '../features/reports/shares/sharing.ts';
import { collectionReports } from '../features/reports/tables.ts';
import { grantsAmong } from '../features/requests/live-grants.ts';
import type { PopulationDeps } from '../features/reviews/population.ts';
import type { ReviewAccess } from '../features/reviews/review-access.ts';

export interface ReviewSourcesDeps {
  readonly db: NodePgDatabase;
  readonly loadSources: LoadSources;
  readonly findPeople: FindPeople;
}

function keyOf(subject: string, role: string, instance: string | null): string {
  return JSON.stringify([subject, role, instance]);
}

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

interface ReviewAccessDeps {
  readonly db: NodePgDatabase;
  readonly reads: Pick<PermitReads, 'user' | 'grantsOf' | 'linksTo'>;
  readonly members: Pick<Members, 'roles' | 'administrators'>;
  readonly sharing: Pick<Sharing, 'lacks'>;
  readonly inactiveAmong: (subjects: readonly string[]) => Promise<ReadonlySet<string>>;
}

export function createReviewAccess(deps: ReviewAccessDeps): ReviewAccess {
  const { db, reads, members, sharing, inactiveAmong } = deps;
  return {
    async read({ tenant, subject }) {
      const [user, inactive, held] = await Promise.all([
        reads.user(subject),
        inactiveAmong([subject]),
        members.roles.read({ tenant, subject }),
      ]);
      if (user === undefined) return undefined;
      return {
        isMachine: isMachine(user),
        isSuspended: inactive.has(subject),
        roles: held
          .filter(({ instance }) => instance === undefined || sharedInstance(tenant, instance) !== undefined)
          .map(({ role, instance = null }) => ({ role, instance })),
      };
    },
    async inherited({ tenant, subject, instance }) {
      const on = sharedInstance(tenant, instance);
      if (on === undefined) return [];
      const { onInstance } = await readPersonRoles(reads, on, subject);
      return onInstance.filter(({ via }) => via !== null).map(({ role }) => role);
    },
    async lacks({ tenant, instance, ...user }) {
      const on = sharedInstance(tenant, instance);
      const openable = on && (await findOpenable(db, on));
      return openable === undefined ? null : sharing.lacks(openable, user);
    },
    async assign({ tenant, subject, role, instance, by }) {
      const placed = { role, isTemporary: false, ...(instance !== null && { instance }) };
      await members.roles.restore({ tenant, subject, by }, [placed]);
      const on = instance === null ? undefined : sharedInstance(tenant, instance);
      if (on !== undefined) await recordGiven(db, on, { subject, role, by, at: new Date() });
    },
    async remove({ tenant, subject, role, instance, by }) {
      await members.roles.removeOne({ tenant, subject, role, by, ...(instance !== null && { instance }) });
      const on = instance === null ? undefined : sharedInstance(tenant, instance);
      if (on !== undefined) await forgetGiven(db, on, { subject, role });
    },
    administrators: members.administrators,
  };
}

function sharedInstance(tenant: string, name: string): SharedInstance | undefined {
  const { resource, id } = parseInstance(name);
  const shared = sharedResources.find((one) => one === resource);
  return shared && { resource: shared, id, tenant };
}
