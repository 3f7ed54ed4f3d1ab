import { expect, test } from 'vitest';
import type { Subject } from '../events/subjects-of.ts';
import { oneAtATime } from './create-reconciler.ts';

const ann: Subject = { kind: 'user', id: 'ann' };
const bob: Subject = { kind: 'user', id: 'bob' };

function controlledRuns() {
  const runs: { readonly subject: Subject; readonly end: (error?: Error) => void }[] = [];
  const reconcile = oneAtATime(
    (subject: Subject) =>
      new Promise<void>((resolve, reject) => {
        runs.push({ subject, end: (error) => (error === undefined ? resolve() : reject(error)) });
      }),
  );
  return { runs, reconcile };
}

/** Until all pending promise callbacks have run. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('calls during a run share the next run, and calls during that run share another', async () => {
  const { runs, reconcile } = controlledRuns();
  const ended: string[] = [];
  const call = (name: string) => void reconcile(ann).then(() => ended.push(name));
  call('first');
  call('second');
  call('third');
  await settle();
  expect(runs).toHaveLength(1);
  runs[0]?.end();
  await settle();
  expect([runs.length, ended]).toEqual([2, ['first']]);
  // Must not share the current run, which has already read the user: it could be about a suspension.
  call('fourth');
  await settle();
  expect(runs).toHaveLength(2);
  runs[1]?.end();
  await settle();
  expect([runs.length, ended]).toEqual([3, ['first', 'second', 'third']]);
  runs[2]?.end();
  await settle();
  expect(ended).toEqual(['first', 'second', 'third', 'fourth']);
  call('fifth');
  expect(runs).toHaveLength(4);
});

test('a call right after a run shares the run that is about to start, instead of running beside it', async () => {
  const { runs, reconcile } = controlledRuns();
  const first = reconcile(ann).then(() => reconcile(ann));
  const second = reconcile(ann);
  runs[0]?.end();
  await settle();
  expect(runs).toHaveLength(2);
  runs[1]?.end();
  await Promise.all([first, second]);
});

test('a failed run rejects for its own callers, and the next one still runs', async () => {
  const { runs, reconcile } = controlledRuns();
  const first = reconcile(ann);
  const second = reconcile(ann);
  runs[0]?.end(new Error('unavailable'));
  await expect(first).rejects.toThrow('unavailable');
  await settle();
  runs[1]?.end();
  await expect(second).resolves.toBeUndefined();
});

test('subjects do not wait for one another', async () => {
  const { runs, reconcile } = controlledRuns();
  void reconcile(ann);
  void reconcile(bob);
  expect(runs.map(({ subject }) => subject)).toEqual([ann, bob]);
});
