import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareContents } from './compare-contents.ts';
import type { ReportContent } from './report-content.ts';

const roles = fc.uniqueArray(fc.constantFrom('viewer', 'editor', 'admin', '__proto__'));
const rows = fc.uniqueArray(
  fc.record({
    key: fc.constantFrom('ann', 'bob', 'cy', 'dot', 'constructor'),
    name: fc.constant(null),
    roles,
  }),
  { selector: ({ key }) => key },
);
const reviewOf = (of: Extract<ReportContent, { kind: 'access-review' }>['rows']): ReportContent => ({
  version: 2,
  kind: 'access-review',
  request: { kind: 'access-review', roles: [] },
  generatedAt: '2026-11-27T12:00:00.000Z',
  total: of.length,
  rows: of,
});
const review = rows.map(reviewOf);
const keysOf = (found: readonly object[]): Set<string> =>
  new Set(found.map((row) => ('key' in row ? String(row.key) : '')));

test('a report compared with itself has no difference, in whatever order its rows and roles are', () => {
  fc.assert(
    fc.property(rows, fc.nat(), (some, turn) => {
      const turned = some.map((row) => ({ ...row, roles: row.roles.toReversed() }));
      const other = [...turned.slice(turn % 5), ...turned.slice(0, turn % 5)];
      expect(compareContents(reviewOf(some), reviewOf(other))).toEqual({
        kind: 'access-review',
        came: [],
        went: [],
        changed: [],
      });
    }),
  );
});

test('what came is what went in the other direction, and a change is the same change turned around', () => {
  fc.assert(
    fc.property(review, review, (one, other) => {
      const [there, back] = [compareContents(one, other), compareContents(other, one)];
      expect(there.came).toEqual(back.went);
      expect(there.went).toEqual(back.came);
      const turned = back.changed.map(({ before, after }) => ({ before: after, after: before }));
      expect(keysOf(there.changed.map(({ after }) => after))).toEqual(
        keysOf(turned.map(({ after }) => after)),
      );
      expect(there.changed).toEqual(expect.arrayContaining(turned));
    }),
  );
});

test('what stayed, came and changed is the second report', () => {
  fc.assert(
    fc.property(review, review, (one, other) => {
      const { came, went, changed } = compareContents(one, other);
      const before = keysOf(one.rows);
      for (const key of keysOf(went)) before.delete(key);
      expect(new Set([...before, ...keysOf(came)])).toEqual(keysOf(other.rows));
      for (const { before: earlier, after: later } of changed)
        expect(new Set(Object(earlier).roles)).not.toEqual(new Set(Object(later).roles));
    }),
  );
});
