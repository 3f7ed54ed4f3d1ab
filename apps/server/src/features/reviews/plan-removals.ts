import { and, asc, eq, gt, inArray } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { inBatches } from '../../platform/in-batches.ts';
import { grantsOf, type PlacedRole } from './found-row.ts';
import {
  has,
  isMembership,
  lesserOf,
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
    const isGoing = and(eq(reviewRows.review, id), inArray(reviewRows.decision, ['remove', 'change']));
    const rows = await db
      .select()
      .from(reviewRows)
      .where(and(isGoing, gt(reviewRows.position, after)))
      .orderBy(asc(reviewRows.position))
      .limit(limit);
    const subjects = [...new Set(rows.map(({ subject }) => subject))];
    const going = await db
      .select()
      .from(reviewRows)
      .where(and(isGoing, inArray(reviewRows.subject, subjects)));
    const present = new Map(
      await inBatches(
        subjects,
        async (subject) => [subject, await access.read({ tenant, subject })] as const,
      ),
    );
    const planned: PlannedRemoval[] = [];
    /** The tenant roles in this page that would be removed before the current one. */
    const leaving: { subject: string; role: string }[] = [];
    /* oxlint-disable no-await-in-loop -- each check of the last administrator depends on those before */
    for (const row of rows) {
      const { position, subject, role, instance, facts, decision, newRole } = row;
      const what = { position, subject, role, instance, facts, decision, newRole };
      const held = present.get(subject);
      if (held === undefined || !has(held.roles, row)) {
        planned.push({ ...what, loses: [], keeps: [], leavesOrganization: false, obstacle: null });
        continue;
      }
      const others = going.filter((one) => one.subject === subject);
      const isLast =
        instance === null &&
        !held.isSuspended &&
        (await access.administrators.isLast({ tenant, subject, roles: [role], others: leaving }));
      const kept = await keptBy({ tenant, row, present: held, going: others });
      const obstacle =
        obstacleTo({ tenant, row, present: held, going: others, hasLogto }) ??
        (isLast ? 'LAST_ADMINISTRATOR' : null);
      if (obstacle === null && instance === null) leaving.push({ subject, role });
      planned.push({
        ...what,
        loses: grantsOf(row).filter((permission) => !kept.has(permission)),
        keeps: grantsOf(row).filter((permission) => kept.has(permission)),
        leavesOrganization: isMembership(row, { tenant, isMachine: held.isMachine }),
        obstacle,
      });
    }
    /* oxlint-enable no-await-in-loop */
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

interface Planned {
  readonly tenant: string;
  readonly row: StoredRow;
  readonly present: PresentAccess;
  readonly going: readonly StoredRow[];
}
