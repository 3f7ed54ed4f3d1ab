import { expect, test } from 'vitest';
import { measureGroup, ratiosTo, type Row, spreadOf } from './measure-group.ts';
import { tableOf } from './table.ts';
import type { Sample, Variant } from './variant.ts';

/** A variant that returns the given samples, one for each measurement. A string is thrown as an error instead. */
function known(id: string, samples: readonly (Sample | string)[], changes: Partial<Variant> = {}): Variant {
  const left = [...samples];
  return {
    id,
    title: `the ${id}`,
    unit: 'requests/s',
    faster: 'higher',
    relativeTo: 'base',
    async open() {
      return {
        async measure() {
          const next = left.shift() ?? 'nothing is left';
          if (typeof next === 'string') throw new Error(next);
          return next;
        },
      };
    },
    ...changes,
  };
}
const rates = (...values: number[]): Sample[] => values.map((value) => ({ value }));
const measure = (variants: readonly Variant[], rounds: number): Promise<Row[]> =>
  measureGroup(variants, rounds, () => {});

test('a ratio compares values of the same round, so a slow round does not change it', async () => {
  const rows = await measure([known('base', rates(100, 10, 50)), known('ours', rates(50, 5, 25))], 3);
  expect(rows).toMatchObject([
    { id: 'base', value: 50, ratio: { median: 1, low: 1, high: 1 } },
    { id: 'ours', value: 25, ratio: { median: 0.5, low: 0.5, high: 0.5 } },
  ]);
});

test('when lower is faster, half the value is twice the speed', async () => {
  const lower = { faster: 'lower', unit: 'ms' } as const;
  const [, ours] = await measure([known('base', rates(10), lower), known('ours', rates(5), lower)], 1);
  expect(ours).toMatchObject({ value: 5, ratio: { median: 2 } });
});

test('CPU time is compared only when every sample of both variants has it', async () => {
  const base = [1, 2].map((cpu) => ({ value: 1, cpu }));
  const ours = [2, 4].map((cpu) => ({ value: 1, cpu }));
  const [, whole, half] = await measure(
    [known('base', base), known('whole', ours), known('half', [{ value: 1, cpu: 2 }, { value: 1 }])],
    2,
  );
  expect(whole?.cpuRatio).toEqual({ median: 0.5, low: 0.5, high: 0.5 });
  expect(half?.cpuRatio).toBeUndefined();
});

test('every second round runs in reverse order', async () => {
  const order: string[] = [];
  const recording = (id: string): Variant =>
    known(id, [], {
      open: async () => ({
        async measure() {
          order.push(id);
          return { value: 1 };
        },
      }),
    });
  await measure([recording('a'), recording('b')], 3);
  expect(order.join('')).toBe('abbaab');
});

test('a failed variant has a reason, the others are measured, and variants relative to it have no ratio', async () => {
  const cannot = known('cannot', [], { open: () => Promise.reject(new Error('not\n  installed')) });
  const rows = await measure(
    [known('base', [...rates(1), 'it fell over']), known('ours', rates(2, 2)), cannot],
    2,
  );
  expect(rows).toMatchObject([
    { id: 'base', notMeasured: 'it fell over' },
    { id: 'ours', value: 2 },
    { id: 'cannot', notMeasured: 'not installed' },
  ]);
  expect(rows[1]?.ratio).toBeUndefined();
});

test('the median of an even number of values is the mean of the middle two; without values it throws', () => {
  expect(spreadOf([4, 1, 3, 2])).toEqual({ median: 2.5, low: 1, high: 4 });
  expect(() => spreadOf([])).toThrow(RangeError);
  expect(ratiosTo([1, 9], [2, 3])).toEqual({ median: 1.75, low: 0.5, high: 3 });
});

const at = (median: number) => ({ median, low: median, high: median });
const row = (id: string, rest: Partial<Row>): Row => ({
  id,
  title: `the ${id}`,
  unit: 's',
  relativeTo: 'base',
  ...rest,
});
test('the table has a row for each variant, with the reason when it was not measured', () => {
  const rows = [row('base', { ratio: at(1), value: 1234.5 }), row('failed', { notMeasured: 'it fell over' })];
  expect(tableOf('A group', rows)).toMatchInlineSnapshot(`
    "A group

                   speed, relative   median
      the base     1  (1 to 1)       1,235 s   baseline
      the failed                               not measured: it fell over
    "
  `);
});
