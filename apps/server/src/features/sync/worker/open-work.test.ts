import { expect, test } from 'vitest';
import { waitFor } from '../../../testing/wait-for.ts';
import { followPauses, createAbandonWork, type AbandonWorkDeps } from './open-work.ts';

test.each([
  [true, ['pause', 'resume']],
  [false, ['pause']],
])('a change while a replica starts is not lost (paused at first: %s)', async (atFirst, expected) => {
  let paused = atFirst;
  let changed: (() => void) | undefined;
  const calls: string[] = [];
  const call = (name: string) => async () => void calls.push(name);
  const stop = await followPauses({
    state: {
      async isPaused() {
        const read = paused;
        // The state changes after it was read.
        paused = !atFirst;
        changed?.();
        changed = undefined;
        return read;
      },
    },
    queues: { pause: call('pause'), resume: call('resume') },
    pauses: {
      subscribe({ onMessage }) {
        changed = () => onMessage({ paused });
        return () => {};
      },
    },
    onError: (error) => expect.fail(error.message),
  });
  await waitFor(() => expect(calls).toEqual(expected));
  stop();
});

test('a change that fails is attempted again', async () => {
  const paused = [true, false];
  const errors: string[] = [];
  const calls: string[] = [];
  const failingOnce = (name: string) => async () => {
    calls.push(name);
    if (calls.filter((call) => call === name).length === 1) throw new Error(`no ${name}`);
  };
  let changed: (() => void) | undefined;
  const stop = await followPauses({
    state: { isPaused: async () => paused[0] === true },
    queues: { pause: failingOnce('pause'), resume: failingOnce('resume') },
    pauses: {
      subscribe({ onMessage }) {
        changed = () => onMessage({ paused: false });
        return () => {};
      },
    },
    onError: ({ message }) => void errors.push(message),
  });
  await waitFor(() => expect(calls).toEqual(['pause', 'pause']));
  paused.shift();
  changed?.();
  await waitFor(() => expect(calls.slice(2)).toEqual(['resume', 'resume']));
  expect(errors).toEqual(['no pause', 'no resume']);
  stop();
});

function abandonWork(found: { readonly deliveries?: string[]; readonly runs?: string[] }) {
  const calls: unknown[] = [];
  const made = {
    deliveries: {
      async abandon(subject: string) {
        calls.push(`abandon ${subject}`);
        return found.deliveries ?? [];
      },
      failNewest: async (subject: string, { code }: { code: string }) =>
        void calls.push(`fail newest of ${subject}: ${code}`),
    },
    runs: { abandon: async () => found.runs ?? [] },
    onProgress: (run: string) => calls.push(`progress of ${run}`),
    log: { error: (fields: object) => calls.push(fields) },
  };
  const deps = made as unknown as AbandonWorkDeps; // oxlint-disable-line typescript/no-unsafe-type-assertion -- the others are not used
  return { abandon: createAbandonWork(deps), calls };
}

test('logs an abandoned subject with its new dead letters', async () => {
  const { abandon, calls } = abandonWork({ deliveries: ['d1', 'd2'] });
  await abandon({ subject: 'user:ann' });
  expect(calls).toEqual([
    'abandon user:ann',
    { subject: 'user:ann', deliveries: ['d1', 'd2'], code: 'ABANDONED' },
  ]);
});

test('logs nothing when no delivery was pending', async () => {
  const { abandon, calls } = abandonWork({});
  await abandon({ subject: 'user:ann' });
  await abandon('run');
  expect(calls).toEqual(['abandon user:ann']);
});

test('logs each abandoned run, and notifies its watchers of the end', async () => {
  const { abandon, calls } = abandonWork({ runs: ['r1', 'r2'], deliveries: ['d1'] });
  await abandon('run');
  expect(calls).toEqual([
    'progress of r1',
    { run: 'r1', code: 'ABANDONED' },
    'progress of r2',
    { run: 'r2', code: 'ABANDONED' },
  ]);
});

test('an abandoned status check makes the newest delivery about the user a dead letter', async () => {
  const { abandon, calls } = abandonWork({});
  await abandon({ user: 'ann' });
  expect(calls).toEqual(['fail newest of user:ann: ABANDONED', { subject: 'user:ann', code: 'ABANDONED' }]);
});
