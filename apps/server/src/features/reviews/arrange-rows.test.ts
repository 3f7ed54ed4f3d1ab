import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { arrangeRows, rightOf, type EarlierRow } from './arrange-rows.ts';
import type { FoundRow } from './found-row.ts';
import type { RowFlag } from './review.ts';

const key = fc.constantFrom('ann', 'bob', 'cy', 'dot', 'eve');
const instance = fc.constantFrom(null, 'reports:1', 'collections:1');
const row: fc.Arbitrary<FoundRow> = fc.record({
  subject: key,
  role: fc.constantFrom('viewer', 'editor', 'admin', 'owner'),
  instance,
  flags: fc.constantFrom<readonly RowFlag[]>([], ['privileged'], ['machine', 'unused']),
  facts: fc.record({
    name: fc.constant(null),
    email: fc.constant(null),
    isMachine: fc.boolean(),
    isSuspended: fc.constant(false),
    title: fc.constant(null),
    source: fc.constantFrom(null, { kind: 'default' } as const, { kind: 'logto' } as const),
    since: fc.constant(null),
    lastSignInAt: fc.constant(null),
    lastUsedAt: fc.constant(null),
    used: fc.constant([]),
    grants: fc.constantFrom(['reports:view'], ['reports:view', 'members:assign']),
    inherited: fc.constant(0),
  }),
});
const rows = fc.uniqueArray(row, { selector: rightOf });
const reviewers = fc.uniqueArray(key);
const owners = fc.record({ 'reports:1': fc.uniqueArray(key), 'collections:1': fc.uniqueArray(key) });
const ownersOf =
  (of: Readonly<Record<string, string[]>>) =>
  (object: string): readonly string[] =>
    of[object] ?? [];

test('every right appears once, with one position in each order', () => {
  fc.assert(
    fc.property(rows, reviewers, owners, (found, people, of) => {
      const arranged = arrangeRows(found, { earlier: undefined, reviewers: people, ownersOf: ownersOf(of) });
      expect(arranged.map(rightOf).toSorted()).toEqual(found.map(rightOf).toSorted());
      const places = found.map((_, index) => index);
      expect(arranged.map(({ position }) => position)).toEqual(places);
      expect(arranged.map(({ positionByRole }) => positionByRole).toSorted((a, b) => a - b)).toEqual(places);
    }),
  );
});

test('nobody reviews their own access, and every row has a reviewer if there is another user', () => {
  fc.assert(
    fc.property(rows, reviewers, owners, (found, people, of) => {
      const arranged = arrangeRows(found, { earlier: undefined, reviewers: people, ownersOf: ownersOf(of) });
      for (const { subject, instance: object, reviewer } of arranged) {
        expect(reviewer).not.toBe(subject);
        const candidates = [...people, ...(object === null ? [] : ownersOf(of)(object))];
        expect(reviewer === null).toBe(candidates.every((one) => one === subject));
      }
    }),
  );
});

test('kept rows are unchanged in the next review; other rows are new, changed, or reviewed again', () => {
  fc.assert(
    fc.property(rows, rows, fc.boolean(), (before, now, isKept) => {
      const earlier = new Map(before.map((one) => [rightOf(one), { ...one, isKept } satisfies EarlierRow]));
      const arrange = (found: readonly FoundRow[]) =>
        arrangeRows(found, { earlier, reviewers: ['zoe'], ownersOf: () => [] });
      for (const same of arrange(before)) {
        expect(same.isUnchanged).toBe(isKept);
        expect(same.flags).not.toContain('new');
      }
      for (const { isUnchanged, flags, ...found } of arrange(now)) {
        const known = earlier.has(rightOf(found));
        expect(flags.includes('new')).toBe(!known);
        expect(known || !flags.includes('changed')).toBe(true);
        expect(isUnchanged).toBe(isKept && !flags.includes('new') && !flags.includes('changed'));
      }
    }),
  );
});

test('unchanged rows come last, and users with a flagged row first', () => {
  fc.assert(
    fc.property(rows, rows, (before, now) => {
      const earlier = new Map(before.map((one) => [rightOf(one), { ...one, isKept: true }]));
      const arranged = arrangeRows(now, { earlier, reviewers: ['zoe'], ownersOf: () => [] });
      const flagged = new Set(arranged.flatMap(({ subject, flags }) => (flags.length > 0 ? [subject] : [])));
      const ranks = arranged.map((one) => (one.isUnchanged ? 2 : flagged.has(one.subject) ? 0 : 1));
      expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
    }),
  );
});
