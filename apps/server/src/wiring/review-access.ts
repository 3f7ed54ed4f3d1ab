import type { PermitReads } from '@latchkey/directory-sync';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { isMachine } from '../directory/people.ts';
import { sharedResources } from '../directory/shared-resources.ts';
import type { MemberModel } from '../features/members/member-model.ts';
import type { Members } from '../features/members/open-members.ts';
import { readPersonRoles, type SharedInstance } from '../features/reports/shares/instance-roles.ts';
import { forgetGiven, givenOn, recordGiven } from '../features/reports/shares/share-store.ts';
import { grantsIn, instanceNamed } from '../features/requests/live-grants.ts';
import type { ReviewAccess } from '../features/reviews/review-access.ts';

interface ReviewAccessDeps {
  readonly db: NodePgDatabase;
  readonly reads: Pick<PermitReads, 'user' | 'grantsOf' | 'linksTo'>;
  readonly members: Pick<Members, 'roles' | 'administrators'>;
  readonly loadSources: MemberModel['loadSources'];
  readonly isSuspended: (subject: string) => Promise<boolean>;
}

/** Connects reviews with the roles of members, on reports, and from requests. */
export function createReviewAccess(deps: ReviewAccessDeps): ReviewAccess {
  const { db, reads, members, loadSources } = deps;
  return {
    async read({ tenant, subject }) {
      const [user, isSuspended, held] = await Promise.all([
        reads.user(subject),
        deps.isSuspended(subject),
        members.roles.read({ tenant, subject }),
      ]);
      if (user === undefined) return undefined;
      return {
        isMachine: isMachine(user),
        isSuspended,
        roles: held
          .filter(({ instance }) => instance === undefined || sharedInstance(tenant, instance) !== undefined)
          .map(({ role, instance = null }) => ({ role, instance })),
      };
    },
    async sourceOf({ tenant, subject, role, instance, isMachine: isApplication }) {
      if (instance === null) {
        const findSource = await loadSources([subject]);
        return findSource({ tenant, subject, role, kind: isApplication ? 'machine' : 'person' });
      }
      const grants = await grantsIn(db, { tenant, subject });
      const grant = grants.find((one) => one.role === role && one.instance === instance);
      if (grant?.requestId != null)
        return { kind: 'request', requestId: grant.requestId, endsAt: grant.endsAt?.toISOString() ?? null };
      const on = sharedInstance(tenant, instance);
      const given = on === undefined ? [] : await givenOn(db, on);
      const gift = given.find((one) => one.subject === subject && one.role === role);
      return gift === undefined
        ? null
        : { kind: 'hand', by: gift.by, at: gift.at.toISOString(), endsAt: null };
    },
    async inherited({ tenant, subject, instance }) {
      const on = sharedInstance(tenant, instance);
      if (on === undefined) return [];
      const { onInstance } = await readPersonRoles(reads, on, subject);
      return onInstance.filter(({ via }) => via !== null).map(({ role }) => role);
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
  const { resource, instance: id } = instanceNamed(name);
  const shared = sharedResources.find((one) => one === resource);
  return shared && { resource: shared, id, tenant };
}
