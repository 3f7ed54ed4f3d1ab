import type { AnyTRPCProcedure } from '@trpc/server';
import { z } from 'zod';
import type { Outputs } from '../api/trpc.ts';
import type { Review, ReviewRow } from '../features/reviews/review.ts';
import {
  ById,
  changesOf,
  createStubStreams,
  fail,
  isAdmin,
  subjectOf,
  type StubProcedures,
  type StubStreams,
} from './stub-procedures.ts';

export interface StubReviews {
  readonly items: Review[];
  /** The rows of every review, in the order of their positions. */
  rows: ReviewRow[];
  removals: Outputs['reviews']['removals'];
  unused: Outputs['reviews']['unused'];
  roleUse: Outputs['reviews']['roleUse'];
  due: Outputs['reviews']['due'];
  /** The code that refuses `finish`. */
  refusal: 'REVIEW_FINISHED' | null;
  readonly streams: StubStreams;
}

export function createStubReviews(): StubReviews {
  const since = '2026-08-01T00:00:00.000Z';
  return {
    items: [],
    rows: [],
    removals: [],
    unused: { since, isKnown: true, items: [], next: null },
    roleUse: { since, isKnown: true, roles: [] },
    due: null,
    refusal: null,
    streams: createStubStreams(),
  };
}

const person = { key: 'u-admin', name: 'Amelia Hart' };

export function stubReview(changes: Partial<Review> = {}): Review {
  return {
    id: 'review-1',
    name: 'Q4 access review',
    scope: { kind: 'all' },
    status: 'open',
    recurrence: 'quarterly',
    dueAt: '2099-12-31T23:59:59.000Z',
    createdBy: person,
    createdAt: '2026-11-20T09:00:00.000Z',
    startedAt: '2026-11-20T09:05:00.000Z',
    finishedAt: null,
    closedAt: null,
    rows: 3,
    decided: 0,
    assigned: 3,
    mine: 3,
    canManage: true,
    chosen: { kind: 'role', role: 'admin' },
    completeness: {
      from: '2026-11-20T09:00:00.000Z',
      until: '2026-11-20T09:00:01.000Z',
      logtoUsers: 12,
      onlyInLogto: 1,
      permitUsers: 11,
      permitRoles: 30,
      rows: 3,
    },
    prepared: 3,
    failure: null,
    progress: [{ reviewer: person, rows: 3, decided: 0 }],
    counts: { keep: 0, remove: 0, change: 0, unchanged: 0, flags: { privileged: 1 }, outcomes: {} },
    previous: null,
    finishedBy: null,
    seal: null,
    notes: [],
    ...changes,
  };
}

/** A viewer without flags, who is called `name`. */
export function stubReviewRow(
  position: number,
  name: string,
  changes: Partial<Omit<ReviewRow, 'facts'>> & { readonly facts?: Partial<ReviewRow['facts']> } = {},
): ReviewRow {
  return {
    position,
    positionByRole: position,
    subject: `u-${name.toLowerCase()}`,
    role: 'viewer',
    instance: null,
    flags: [],
    reviewer: person,
    canDecide: true,
    lesserRoles: [],
    decision: null,
    newRole: null,
    reason: null,
    decidedBy: null,
    decidedAt: null,
    revision: 0,
    outcome: null,
    failure: null,
    verifiedAt: null,
    ...changes,
    facts: {
      name,
      email: null,
      isMachine: false,
      isSuspended: false,
      title: null,
      source: { kind: 'default' },
      since: null,
      lastSignInAt: '2026-11-19T09:00:00.000Z',
      lastUsedAt: null,
      used: [],
      grants: ['reports:view'],
      inherited: 0,
      ...changes.facts,
    },
  };
}

const Rows = ById.extend({
  after: z.number().default(-1),
  limit: z.number().default(100),
  decision: z.enum(['none', 'keep', 'remove', 'change']).optional(),
});
const Decide = ById.extend({
  rows: z.array(z.object({ position: z.number(), revision: z.number() })),
  decision: z.enum(['keep', 'remove', 'change']).nullable(),
  newRole: z.string().optional(),
  reason: z.string().optional(),
});

/** The procedures of access reviews. Administrators manage, everybody decides. */
export function stubReviewProcedures(
  { gated, signedIn }: StubProcedures,
  reviews: StubReviews,
): Record<string, AnyTRPCProcedure> {
  const { items } = reviews;
  const find = (id: string): Review => {
    const review = items.find((one) => one.id === id);
    if (review === undefined) throw fail({ status: 'NOT_FOUND', code: 'REVIEW_NOT_FOUND' });
    return review;
  };
  const change = (id: string, changes: Partial<Review>): void => {
    items[items.indexOf(find(id))] = { ...find(id), ...changes };
  };
  const moveTo = (status: Review['status']) =>
    gated.input(ById).mutation(({ input: { id } }) => change(id, { status }));
  return {
    list: gated.query(({ ctx: { token } }) => ({ canManage: isAdmin(token), items })),
    get: gated.input(ById).query(({ ctx: { token }, input: { id } }) => ({
      ...find(id),
      canManage: isAdmin(token),
      decided: reviews.rows.filter(({ decision }) => decision !== null).length,
    })),
    rows: gated.input(Rows).query(({ ctx: { token }, input: { after, limit, decision } }) => {
      const found = reviews.rows.filter(
        (row) => decision === undefined || (row.decision ?? 'none') === decision,
      );
      return {
        items: found
          .filter(({ position }) => position > after)
          .slice(0, limit)
          .map((row) => ({ ...row, canDecide: row.canDecide && row.subject !== subjectOf(token) })),
        total: found.length,
      };
    }),
    decide: gated.input(Decide).mutation(({ ctx: { token }, input }) => {
      const { rows, decision, newRole = null, reason = null } = input;
      const asked = new Map(rows.map(({ position, revision }) => [position, revision]));
      const outdated: number[] = [];
      reviews.rows = reviews.rows.map((row) => {
        if (!asked.has(row.position)) return row;
        if (asked.get(row.position) !== row.revision) {
          outdated.push(row.position);
          return row;
        }
        const decidedBy = decision === null ? null : { key: subjectOf(token), name: 'Mina Park' };
        return { ...row, decision, newRole, reason, decidedBy, revision: row.revision + 1 };
      });
      return { outdated };
    }),
    create: gated.input(z.looseObject({ name: z.string() })).mutation(({ input }) => {
      const review = stubReview({ id: 'review-2', name: input.name, status: 'draft' });
      items.push(review);
      return { id: review.id };
    }),
    start: moveTo('open'),
    cancel: moveTo('cancelled'),
    close: moveTo('closed'),
    retry: moveTo('applying'),
    removals: gated.query(() => reviews.removals),
    unused: gated.query(() => reviews.unused),
    roleUse: gated.query(() => reviews.roleUse),
    due: gated.query(() => reviews.due),
    finish: gated.input(ById.extend({ newOwner: z.string().optional() })).mutation(({ input: { id } }) => {
      if (reviews.refusal !== null) throw fail({ status: 'CONFLICT', code: reviews.refusal });
      change(id, { status: 'applying', counts: { ...find(id).counts, outcomes: { pending: 1 } } });
    }),
    addNote: gated.input(ById.extend({ text: z.string() })).mutation(({ input: { id, text } }) => {
      const note = { id: crypto.randomUUID(), by: person, at: '2026-12-01T09:00:00.000Z', text };
      change(id, { notes: [...find(id).notes, note] });
    }),
    changes: signedIn.subscription(() => changesOf(reviews.streams)),
  };
}
