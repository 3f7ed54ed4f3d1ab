import type { PermitReads } from '@latchkey/directory-sync';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { isMachine } from '../directory/people.ts';
import type { Owners } from '../directory/owners.ts';
import { createMemberStore, statusOf } from '../features/members/member-store.ts';
import type { Members } from '../features/members/open-members.ts';
import { reportsAmong } from '../features/reports/collections/collection-store.ts';
import { findOpenable } from '../features/reports/load-report.ts';
import { readPersonRoles, sharedInstance } from '../features/reports/shares/instance-roles.ts';
import {
  createdAmong,
  forgetShares,
  sharesAmong,
  recordShare,
} from '../features/reports/shares/share-store.ts';
import type { Sharing } from '../features/reports/shares/sharing.ts';
import { grantsAmong } from '../features/requests/live-grants.ts';
import type { ReviewsOptions } from '../features/reviews/open-reviews.ts';
import type { ReviewAccess } from '../features/reviews/review-access.ts';

export function createReviewSources(
  db: NodePgDatabase,
): Pick<ReviewsOptions, 'grantsAmong' | 'sharesAmong' | 'createdAmong' | 'membersAmong' | 'reportsIn'> {
  return {
    grantsAmong: (users) => grantsAmong(db, users),
    sharesAmong: (users) => sharesAmong(db, users),
    createdAmong: (users) => createdAmong(db, users),
    reportsIn: (ids) => reportsAmong(db, ids),
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
  };
}

interface ReviewAccessDeps {
  readonly db: NodePgDatabase;
  readonly reads: Pick<PermitReads, 'user' | 'grantsOf' | 'linksTo'>;
  readonly members: Pick<Members, 'roles' | 'administrators'>;
  readonly owners: Owners;
  readonly sharing: Pick<Sharing, 'lacks'>;
  readonly inactiveAmong: (subjects: readonly string[]) => Promise<ReadonlySet<string>>;
}

export function createReviewAccess(deps: ReviewAccessDeps): ReviewAccess {
  const { db, reads, members, owners, sharing, inactiveAmong } = deps;
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
      if (on !== undefined) await recordShare(db, on, { subject, role, by, at: new Date() });
    },
    async remove({ tenant, subject, role, instance, by }) {
      await members.roles.removeOne({ tenant, subject, role, by, ...(instance !== null && { instance }) });
      const on = instance === null ? undefined : sharedInstance(tenant, instance);
      if (on !== undefined) await forgetShares(db, on, { subject, role });
    },
    administrators: members.administrators,
    owners,
  };
}
