import { expect, test } from 'vitest';
import { formatProgress, createProgressReporter } from './progress-reporter.ts';

test('a bar shows the progress, the rate and the remaining time', () => {
  expect(formatProgress({ step: 'applying', done: 250, total: 1_000 }, 5_000)).toBe(
    'applying  ██████░░░░░░░░░░░░░░░░░░  25 %  250/1000  50/s  15 s left',
  );
  expect(formatProgress({ step: 'applying', done: 1, total: 10_000 }, 1_000)).toContain('2 h 46 min left');
  expect(formatProgress({ step: 'reading', done: 300 }, 1_000)).toBe('reading  300  300/s');
  expect(formatProgress({ step: 'done', done: 0, total: 0 }, 0)).toBe('done  0/0');
});

test('without a terminal a few lines are printed; with a terminal one line is updated', () => {
  const written = { lines: [] as string[], bar: [] as string[] };
  let time = 0;
  const deps = {
    env: () => {
      throw new Error('not asked');
    },
    print: () => {},
    warn: (line: string) => void written.lines.push(line),
    color: false,
    exitWith: () => {},
  };
  const plain = createProgressReporter(deps, () => time);
  const bar = createProgressReporter({ ...deps, rewrite: (line) => void written.bar.push(line) }, () => time);
  for (let done = 0; done <= 100; done++) {
    time += 100;
    plain.onProgress({ step: 'applying', done, total: 100 });
    bar.onProgress({ step: 'applying', done, total: 100 });
  }
  bar.end();
  expect(written.lines.length).toBeLessThan(6);
  expect(written.lines.at(-1)).toContain('100/100');
  expect(written.bar.length).toBeGreaterThan(50);
  expect(written.bar.at(-1)).toBe('');
});
