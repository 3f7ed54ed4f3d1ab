import type { Progress } from '@latchkey/directory-sync';
import { expect, test } from 'vitest';
import { createProgressReporter } from './progress-reporter.ts';

/** The last line of a step that began this many milliseconds ago. */
const lineAfter = (elapsed: number, progress: Progress): string | undefined => {
  const lines: string[] = [];
  let time = 0;
  const { onProgress } = createProgressReporter(
    { warn: () => {}, rewrite: (line) => void lines.push(line) },
    () => time,
  );
  onProgress({ ...progress, done: 0 });
  time = elapsed;
  onProgress(progress);
  return lines.at(-1);
};

test('a bar shows the progress, the rate and the remaining time', () => {
  expect(lineAfter(5_000, { step: 'applying', done: 250, total: 1_000 })).toBe(
    'applying  ██████░░░░░░░░░░░░░░░░░░  25 %  250/1000  50/s  15 s left',
  );
  expect(lineAfter(1_000, { step: 'applying', done: 1, total: 10_000 })).toContain('2 h 46 min left');
  expect(lineAfter(1_000, { step: 'reading', done: 300 })).toBe('reading  300  300/s');
  expect(lineAfter(0, { step: 'done', done: 0, total: 0 })).toBe('done  0/0');
});

test('updates one line on a terminal, and prints a few lines without one', () => {
  const written = { lines: [] as string[], bar: [] as string[] };
  let time = 0;
  const warn = (line: string) => void written.lines.push(line);
  const plain = createProgressReporter({ warn }, () => time);
  const bar = createProgressReporter({ warn, rewrite: (line) => void written.bar.push(line) }, () => time);
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
