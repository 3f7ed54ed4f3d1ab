import type { Review, ReviewRow } from '../features/reviews/review.ts';
import { fail, type Answers, type Organization } from './answers.ts';

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
    applications: [],
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

const period = { since: '2026-08-01T00:00:00.000Z', isKnown: true };

export function reviewAnswers(organization: Organization): Answers['reviews'] {
  const { reviews: items } = organization;
  const find = (id: string): Review => {
    const review = items.find((one) => one.id === id);
    if (review === undefined) throw fail('REVIEW_NOT_FOUND');
    return review;
  };
  const change = (id: string, changes: Partial<Review>): undefined => {
    items[items.indexOf(find(id))] = { ...find(id), ...changes };
  };
  const moveTo =
    (status: Review['status']) =>
    ({ id }: { readonly id: string }): undefined =>
      change(id, { status });
  return {
    list: (_input, { role }) => ({ canManage: role === 'admin', items }),
    get: ({ id }, { role }) => ({
      ...find(id),
      canManage: role === 'admin',
      decided: organization.rows.filter(({ decision }) => decision !== null).length,
    }),
    rows: ({ after = -1, limit = 100, decision }, { subject }) => {
      const found = organization.rows.filter(
        (row) => decision === undefined || (row.decision ?? 'none') === decision,
      );
      return {
        items: found
          .filter(({ position }) => position > after)
          .slice(0, limit)
          .map((row) => ({ ...row, canDecide: row.canDecide && row.subject !== subject })),
        total: found.length,
      };
    },
    decide: ({ rows, decision, newRole = null, reason = null }, { subject }) => {
      const asked = new Map(rows.map(({ position, revision }) => [position, revision]));
      const isCurrent = (row: ReviewRow): boolean => asked.get(row.position) === row.revision;
      const outdated = organization.rows.filter((row) => asked.has(row.position) && !isCurrent(row));
      const decidedBy = decision === null ? null : { key: subject, name: 'Mina Park' };
      organization.rows = organization.rows.map((row) =>
        isCurrent(row) ? { ...row, decision, newRole, reason, decidedBy, revision: row.revision + 1 } : row,
      );
      return { outdated: outdated.map(({ position }) => position) };
    },
    create: ({ name }) => {
      items.push(stubReview({ id: 'review-2', name, status: 'draft' }));
      return { id: 'review-2' };
    },
    start: moveTo('open'),
    cancel: moveTo('cancelled'),
    close: moveTo('closed'),
    retry: moveTo('applying'),
    removals: [],
    unused: { ...period, items: [], next: null, connections: [] },
    unusedCount: { ...period, count: 0, isComplete: true },
    roleUse: { ...period, roles: [] },
    due: null,
    finish: ({ id }) =>
      change(id, { status: 'applying', counts: { ...find(id).counts, outcomes: { pending: 1 } } }),
    addNote: ({ id, text }) => {
      const note = { id: crypto.randomUUID(), by: person, at: '2026-12-01T09:00:00.000Z', text };
      change(id, { notes: [...find(id).notes, note] });
    },
  };
}
