import type { Invalidation } from '@latchkey/permissions/permit';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Subscriber } from '../platform/bus/topic.ts';
import { createApprovers } from './approvers.ts';
import { propagationDelay } from './fact-changes.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const names: Record<string, string> = { ann: 'Zoe', bob: 'Mia', cid: 'Amy' };

function approversOver(keys: Record<string, readonly string[]>) {
  const asked: object[] = [];
  const read: string[][] = [];
  const heard: Subscriber<Invalidation>[] = [];
  const answers: (() => void)[] = [];
  let waits = false;
  const approversOf = createApprovers({
    decider: {
      async authorizedUsers(question) {
        asked.push(question);
        if (waits) await new Promise<void>((resolve) => answers.push(resolve));
        const found = keys[question.tenant];
        if (found === undefined) throw new Error('The PDP is out.');
        return [...found];
      },
    },
    people: {
      async read(some) {
        read.push([...some]);
        return some.map((key) => ({ key, name: names[key] ?? null }));
      },
    },
    factChanges: {
      subscribe(subscriber) {
        heard.push(subscriber);
        return () => {};
      },
    },
  });
  return {
    approversOf,
    asked,
    read,
    hear: (change: Invalidation) => heard[0]?.onMessage(change),
    gap: () => heard[0]?.onGap(),
    wait: () => (waits = true),
    answer: () => answers.shift()?.(),
  };
}

test('returns the approvers of the tenant by name, and reads at most ten keys', async () => {
  const many = Array.from({ length: 11 }, (_, index) => `person-${String(index).padStart(2, '0')}`);
  const { approversOf, asked, read } = approversOver({
    acme: ['nameless', 'cid', 'ann'],
    ten: many.slice(1).toReversed(),
    many: many.toReversed(),
  });
  expect(await approversOf('acme')).toEqual({
    people: [
      { key: 'cid', name: 'Amy' },
      { key: 'nameless', name: null },
      { key: 'ann', name: 'Zoe' },
    ],
    more: false,
  });
  expect(asked).toEqual([{ tenant: 'acme', permission: 'requests:decide' }]);
  expect((await approversOf('ten')).more).toBe(false);
  expect((await approversOf('many')).more).toBe(true);
  expect(read.slice(1)).toEqual([many.slice(1), many.slice(0, 10)]);
});

test('queries the PDP once per tenant until any fact changes', async () => {
  const { approversOf, asked, hear, gap } = approversOver({ acme: ['ann'], other: ['bob'] });
  await Promise.all([approversOf('acme'), approversOf('acme'), approversOf('other')]);
  await approversOf('acme');
  expect(asked.length).toBe(2);
  hear({ subject: 'zoe' });
  vi.advanceTimersByTime(propagationDelay);
  await approversOf('acme');
  await approversOf('acme');
  expect(asked.length).toBe(3);
  gap();
  vi.advanceTimersByTime(propagationDelay);
  await approversOf('acme');
  expect(asked.length).toBe(4);
});

test('does not cache an answer that may predate a change', async () => {
  const { approversOf, asked, hear, wait, answer } = approversOver({ acme: ['ann'] });
  hear({});
  vi.advanceTimersByTime(propagationDelay - 1);
  await approversOf('acme');
  vi.advanceTimersByTime(1);
  await approversOf('acme');
  await approversOf('acme');
  expect(asked.length).toBe(2);

  hear({});
  vi.advanceTimersByTime(propagationDelay);
  wait();
  const old = approversOf('acme');
  hear({});
  const young = approversOf('acme');
  expect(asked.length).toBe(4);
  answer();
  await old;
  // The older answer discards only its own cache entry.
  const joined = approversOf('acme');
  expect(asked.length).toBe(4);
  answer();
  await Promise.all([young, joined]);
});

test('reports an outage and does not cache it', async () => {
  const keys: Record<string, readonly string[]> = {};
  const { approversOf } = approversOver(keys);
  await expect(approversOf('acme')).rejects.toThrow('The PDP is out.');
  keys['acme'] = ['ann'];
  expect((await approversOf('acme')).people).toEqual([{ key: 'ann', name: 'Zoe' }]);
});
