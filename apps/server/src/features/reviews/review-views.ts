import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { ConnectedApplications } from '../../directory/connected-applications.ts';
import type { FindPeople, NamedPerson } from '../../directory/people.ts';
import { parseInstance, readTitles, type TitleReaders } from '../../directory/shared-resources.ts';
import type { Context, SignedIn } from '../../platform/trpc/context.ts';
import { lesserRoles } from './found-row.ts';
import type { ReviewDetails, ReviewRow, ReviewSummary } from './review.ts';
import {
  countByKind,
  countByReviewer,
  countRows,
  createReviewStore,
  type ReviewHead,
  type StoredRow,
} from './review-store.ts';

export interface ReviewViewsDeps extends TitleReaders {
  readonly db: NodePgDatabase;
  readonly findPeople: FindPeople;
  readonly applications: Pick<ConnectedApplications, 'changingFor'>;
}

type Reader = SignedIn & Pick<Context, 'router'>;
type Named = (key: string) => NamedPerson;
type Counted = Awaited<ReturnType<ReturnType<typeof createReviewStore>['list']>>[number];

export function createReviewViews({ db, findPeople, applications, ...titles }: ReviewViewsDeps) {
  const namesOf = async (keys: readonly (string | null)[]): Promise<Named> => {
    const found = await findPeople(keys.filter((key) => key !== null));
    return (key) => found.get(key) ?? { key, name: null };
  };
  return {
    async summaries(found: readonly Counted[]): Promise<ReviewSummary[]> {
      const named = await namesOf(found.map(({ review }) => review.createdBy));
      return found.map((one) => summaryOf(one, named));
    },

    async details(
      review: ReviewHead,
      { caller, canManage }: { readonly caller: string; readonly canManage: boolean },
    ): Promise<ReviewDetails> {
      const { id, tenant } = review;
      const store = createReviewStore(db, tenant);
      const [counts, byKind, byReviewer, notes, previous] = await Promise.all([
        countRows(db, [id], caller),
        countByKind(db, id),
        countByReviewer(db, id),
        store.notes(id),
        review.previous === null ? undefined : store.find(review.previous),
      ]);
      const named = await namesOf([
        review.createdBy,
        review.finishedBy,
        ...byReviewer.map(({ reviewer }) => reviewer),
        ...notes.map(({ by }) => by),
      ]);
      return {
        ...summaryOf({ review, counts: counts(id) }, named),
        canManage,
        chosen: review.chosen,
        completeness: review.completeness,
        prepared: review.prepared,
        failure: review.failure,
        progress: byReviewer.map(({ reviewer, rows, decided }) => ({
          reviewer: reviewer === null ? null : named(reviewer),
          rows,
          decided,
        })),
        counts: byKind,
        previous:
          previous?.finishedAt == null
            ? null
            : {
                id: previous.id,
                name: previous.name,
                closedAt: (previous.closedAt ?? previous.finishedAt).toISOString(),
              },
        finishedBy: review.finishedBy === null ? null : named(review.finishedBy),
        seal: review.seal,
        notes: notes.map((note) => ({
          id: note.id,
          by: named(note.by),
          at: note.at.toISOString(),
          text: note.text,
        })),
      };
    },

    /** Managers see all titles, as in the evidence; other reviewers see only titles that they may read. */
    async rows(
      review: ReviewHead,
      rows: readonly StoredRow[],
      { reader, canManage }: { readonly reader: Reader; readonly canManage: boolean },
    ): Promise<ReviewRow[]> {
      const caller = reader.identity.subject;
      const instances = rows.flatMap(({ instance }) => (instance === null ? [] : [parseInstance(instance)]));
      const [named, titleOf, applicationsOf] = await Promise.all([
        namesOf(rows.flatMap(({ reviewer, decidedBy }) => [reviewer, decidedBy])),
        canManage ? undefined : readTitles(reader, instances, titles),
        applications.changingFor(
          review.tenant,
          rows.map(({ subject }) => subject),
          reader.router,
        ),
      ]);
      const titleIn = ({ instance, facts }: StoredRow): string | null =>
        titleOf === undefined || instance === null ? facts.title : titleOf(parseInstance(instance));
      return rows.map((row) => ({
        position: row.position,
        positionByRole: row.positionByRole,
        subject: row.subject,
        role: row.role,
        instance: row.instance,
        facts: { ...row.facts, title: titleIn(row) },
        applications: applicationsOf.get(row.subject) ?? [],
        flags: row.flags,
        reviewer: row.reviewer === null ? null : named(row.reviewer),
        canDecide: review.status === 'open' && row.subject !== caller,
        lesserRoles: lesserRoles(row),
        decision: row.decision,
        newRole: row.newRole,
        reason: row.reason,
        decidedBy: row.decidedBy === null ? null : named(row.decidedBy),
        decidedAt: row.decidedAt?.toISOString() ?? null,
        revision: row.revision,
        outcome: row.outcome,
        failure: row.failure,
        verifiedAt: row.verifiedAt?.toISOString() ?? null,
      }));
    },
  };
}

function summaryOf({ review, counts }: Counted, named: Named): ReviewSummary {
  const { id, name, scope, status, recurrence, dueAt, createdBy, createdAt } = review;
  return {
    id,
    name,
    scope,
    status,
    recurrence,
    dueAt: dueAt.toISOString(),
    createdBy: named(createdBy),
    createdAt: createdAt.toISOString(),
    startedAt: review.startedAt?.toISOString() ?? null,
    finishedAt: review.finishedAt?.toISOString() ?? null,
    closedAt: review.closedAt?.toISOString() ?? null,
    ...counts,
  };
}
