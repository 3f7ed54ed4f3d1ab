import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { detailOf } from './detail-of.ts';

test('preserves a detail that fits, without characters that PostgreSQL refuses', () => {
  expect(detailOf({})).toBeNull();
  expect(detailOf({ before: { a: 'x\0y' }, after: { b: [1, null] } })).toEqual({
    before: { a: 'x\uFFFDy' },
    after: { b: [1, null] },
  });
});

test('truncates a long detail: short values first, `after` before `before`, and counts the rest', () => {
  const ids = Array.from({ length: 2_000 }, (_, index) => `id ${index}`);
  const detail = detailOf({
    before: { ids },
    after: { ids, text: 'x'.repeat(20_000), format: 'csv' },
    cause: { kind: 'run', id: 'run 1' },
    actsFor: { subject: 'ann', priorActors: [] },
  });
  const { actsFor, cause, after, leftOut } = Object(detail);
  expect(actsFor).toEqual({ subject: 'ann', priorActors: [] });
  expect(cause).toEqual({ kind: 'run', id: 'run 1' });
  expect(after.format).toBe('csv');
  expect(after.ids.length).toBeGreaterThan(500);
  expect(after.ids).toEqual(ids.slice(0, after.ids.length));
  expect(leftOut).toBeGreaterThan(20_000);
});

test('law: the detail of any change is bounded, valid JSON, and reports what it omits', () => {
  const value = fc.dictionary(
    fc.string({ maxLength: 300 }),
    fc.oneof(
      fc.jsonValue({ maxDepth: 4 }),
      fc.array(fc.string({ unit: 'binary', maxLength: 2_000 }), { maxLength: 40 }),
    ),
    { maxKeys: 20 },
  );
  fc.assert(
    fc.property(value, value, (before, after) => {
      const whole = JSON.stringify({ before, after });
      const { leftOut, ...stored } = Object(detailOf({ before, after }));
      const { length } = JSON.stringify(stored);
      expect(length).toBeLessThanOrEqual(8_192);
      expect(leftOut === undefined ? 0 : leftOut).toBe(whole.length <= 8_192 ? 0 : whole.length - length);
    }),
    { numRuns: 50 },
  );
});
