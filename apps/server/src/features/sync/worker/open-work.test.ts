import { expect, test } from 'vitest';
import { waitFor } from '../../../testing/wait-for.ts';
import { followPauses } from './open-work.ts';

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
        // The read sees the old state.
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
