import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { watch } from './watch.ts';

/** Watches a source; counts the notifications of its consumer. */
function watched(options: { readonly startNow?: boolean } = {}, other?: AbortSignal) {
  const end = new AbortController();
  let change: (() => void) | undefined;
  let subscriptions = 0;
  let seen = 0;
  const subscribe = (onChange: () => void) => {
    subscriptions++;
    change = onChange;
    return () => void subscriptions--;
  };
  const done = (async () => {
    for await (const _ of watch(subscribe, [undefined, end.signal, other], options)) {
      seen++;
      await turn();
    }
  })();
  return {
    change: () => change?.(),
    end: () => end.abort(),
    done,
    seen: () => seen,
    subscriptions: () => subscriptions,
  };
}
async function settled(): Promise<void> {
  for (let index = 0; index < 10; index++) await turn();
}

test('yields each change, and combines those that come together or while the consumer is busy', async () => {
  const one = watched();
  await settled();
  expect([one.seen(), one.subscriptions()]).toEqual([0, 1]);
  one.change();
  one.change();
  await settled();
  expect(one.seen()).toBe(1);
  one.change();
  await turn();
  one.change();
  one.change();
  await settled();
  expect(one.seen()).toBe(3);
  one.end();
  await one.done;
});

test('yields the initial state only on request', async () => {
  const now = watched({ startNow: true });
  await settled();
  expect(now.seen()).toBe(1);
  now.end();
  await now.done;
});

test('any of the signals ends it, even while it waits, and with it the subscription', async () => {
  const elsewhere = new AbortController();
  const [one, other] = [watched(), watched({}, elsewhere.signal)];
  await settled();
  one.end();
  elsewhere.abort();
  await Promise.all([one.done, other.done]);
  expect([one.subscriptions(), other.subscriptions()]).toEqual([0, 0]);
  one.change();
  await settled();
  expect(one.seen()).toBe(0);
});

test('yields nothing when it has ended before it begins', async () => {
  const ended = watched({ startNow: true }, AbortSignal.abort());
  await ended.done;
  expect([ended.seen(), ended.subscriptions()]).toEqual([0, 0]);
});
