import { and, asc, eq, gt, inArray, isNull, notInArray, or, sql, type SQL } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { administeringRoles } from '../../directory/role-source.ts';
import { inBatches } from '../../platform/in-batches.ts';
import { grantsOf, type PlacedRole } from './found-row.ts';
import {
  has,
  isMembership,
  lesserOf,
  obstacleMessages,
  obstacleTo,
  type PresentAccess,
  type ReviewAccess,
} from './review-access.ts';
import type { PlannedRemoval } from './review.ts';
import type { StoredRow } from './review-store.ts';
import { reviewRows } from './tables.ts';

export interface PlanRemovalsDeps {
  readonly db: NodePgDatabase;
  readonly access: ReviewAccess;
  readonly hasLogto: boolean;
}

/**
 * Computes what the decided removals and changes would do, given the users' present roles: what each user would lose
 * and keep. Sorted by `position`.
 * @throws {PermitApiError}
 */
export type PlanRemovals = (
  review: { readonly tenant: string; readonly id: string },
  page: { readonly after: number; readonly limit: number },
) => Promise<PlannedRemoval[]>;

export function createPlanRemovals({ db, access, hasLogto }: PlanRemovalsDeps): PlanRemovals {
  return async ({ tenant, id }, { after, limit }) => {
    const isGoing = goingIn(id);
    const rows = await db
      .select()
      .from(reviewRows)
      .where(and(isGoing, gt(reviewRows.position, after)))
      .orderBy(asc(reviewRows.position))
      .limit(limit);
    const subjects = [...new Set(rows.map(({ subject }) => subject))];
    const instances = rows.flatMap(({ instance, role }) => (role === 'owner' && instance) || []);
    const going = await db
      .select()
      .from(reviewRows)
      .where(
        and(isGoing, or(inArray(reviewRows.subject, subjects), inArray(reviewRows.instance, instances))),
      );
    const present = new Map(
      await inBatches(
        subjects,
        async (subject) => [subject, await access.read({ tenant, subject })] as const,
      ),
    );
    const refused = await access.administrators.lastAmong(tenant, await administratorsIn(db, id));
    const isRefused = ({ subject, role, instance }: StoredRow): boolean =>
      instance === null && refused.some((one) => one.subject === subject && one.role === role);
    const planned: PlannedRemoval[] = [];
    for (const row of rows) {
      const { position, subject, role, instance, facts, decision, newRole } = row;
      const what = { position, subject, role, instance, facts, decision, newRole };
      const held = present.get(subject);
      if (held === undefined || !has(held.roles, row)) {
        planned.push({ ...what, loses: [], keeps: [], leavesOrganization: false, obstacle: null });
        continue;
      }
      const others = going
        .filter((one) => one.subject === subject)
        .map((one) => (isRefused(one) ? { ...one, failure: 'LAST_ADMINISTRATOR' } : one));
      /* oxlint-disable no-await-in-loop -- few are inherited, or are roles of owners */
      const kept = await keptBy({ tenant, row, present: held, going: others });
      const owned = { tenant, subject, instances: role === 'owner' && instance !== null ? [instance] : [] };
      const before = going.filter((one) => has([one], row) && one.position < position);
      const lastOwned = await access.owners.lastOwned(
        owned,
        before.map((one) => one.subject),
      );
      /* oxlint-enable no-await-in-loop */
      planned.push({
        ...what,
        loses: grantsOf(row).filter((permission) => !kept.has(permission)),
        keeps: grantsOf(row).filter((permission) => kept.has(permission)),
        leavesOrganization: isMembership(row, { tenant, isMachine: held.isMachine }),
        obstacle:
          obstacleTo({ tenant, row, present: held, going: others, hasLogto }) ??
          (isRefused(row) && !held.isSuspended
            ? 'LAST_ADMINISTRATOR'
            : lastOwned.length > 0
              ? 'LAST_OWNER'
              : null),
      });
    }
    return planned;
  };

  async function keptBy({ tenant, row, present, going }: Planned): Promise<ReadonlySet<string>> {
    const { instance, subject } = row;
    const inherited = instance === null ? [] : await access.inherited({ tenant, subject, instance });
    const staying: PlacedRole[] = [
      ...present.roles.filter((one) => !has(going, one)),
      ...going.flatMap((one) => lesserOf(one, going) ?? []),
      ...inherited.map((role) => ({ role, instance })),
    ];
    const counting = staying.filter((one) => one.instance === null || one.instance === instance);
    const kept = new Set(counting.flatMap((one) => grantsOf(one)));
    if (instance === null) return kept;
    const lacks = await access.lacks({ tenant, subject, instance, permissions: [...kept] });
    if (lacks === 'NOT_CLEARED') return new Set();
    if (lacks === 'DRAFT') kept.delete('reports:view');
    return kept;
  }
}

/**
 * Returns the decided removals of administrators that can still be made, by `position`. If they would leave no
 * administrator, this order decides which one is refused, whatever the order of the attempts.
 */
export async function administratorsIn(
  db: NodePgDatabase,
  review: string,
): Promise<Pick<StoredRow, 'position' | 'subject' | 'role'>[]> {
  const { position, subject, role, instance, outcome, failure } = reviewRows;
  return db
    .select({ position, subject, role })
    .from(reviewRows)
    .where(
      and(
        goingIn(review),
        isNull(instance),
        inArray(role, [...administeringRoles]),
        sql`coalesce(${outcome}, 'pending') in ('pending', 'failed')`,
        or(isNull(failure), notInArray(failure, Object.keys(obstacleMessages))),
      ),
    )
    .orderBy(asc(position));
}

function goingIn(review: string): SQL | undefined {
  return and(eq(reviewRows.review, review), inArray(reviewRows.decision, ['remove', 'change']));
}

interface Planned {
  readonly tenant: string;
  readonly row: StoredRow;
  readonly present: PresentAccess;
  readonly going: readonly StoredRow[];
}
