import type { DirectoryAccount, Invalidation } from '@latchkey/permissions/permit';
import { afterEach, expect, test, vi } from 'vitest';
import type { Subscriber } from '../platform/bus/topic.ts';
import { createPeople } from './people.ts';

afterEach(() => vi.useRealTimers());

const account = (key: string, more: Partial<DirectoryAccount> = {}): DirectoryAccount => ({
  key,
  name: `Name of ${key}`,
  email: `${key}@example.test`,
  attributes: {},
  ...more,
});

function peopleOver(findUser: (key: string) => Promise<DirectoryAccount | undefined>) {
  const asked: string[] = [];
  const heard: Subscriber<Invalidation>[] = [];
  const people = createPeople({
    directory: {
      findUser(key) {
        asked.push(key);
        return findUser(key);
      },
    },
    factChanges: {
      subscribe(subscriber) {
        heard.push(subscriber);
        return () => {};
      },
    },
  });
  const namesOf = async (...keys: string[]) =>
    [...(await people.find(keys)).values()].map(({ key, name }) => [key, name]);
  return { people, namesOf, asked, invalidate: (change: Invalidation) => heard[0]?.onMessage(change), heard };
}

test('a user without a name is shown by their email address, and a key without an account has no name', async () => {
  const accounts: Record<string, DirectoryAccount> = {
    ann: account('ann'),
    bob: account('bob', { name: null }),
    cid: account('cid', { name: null, email: null, attributes: { logto: 'user' } }),
  };
  const { namesOf } = peopleOver(async (key) => accounts[key]);
  expect(await namesOf('ann', 'bob', 'cid', 'gone')).toEqual([
    ['ann', 'Name of ann'],
    ['bob', 'bob@example.test'],
    ['cid', null],
    ['gone', null],
  ]);
});

test('a key without an account is gone, unlike one that Permit did not answer for', async () => {
  const { people } = peopleOver(async (key) => {
    if (key === 'unknown') throw new Error('Permit did not respond.');
    return undefined;
  });
  expect([...(await people.find(['gone', 'unknown'])).values()]).toEqual([
    { key: 'gone', name: null, isGone: true },
    { key: 'unknown', name: null },
  ]);
});

test('an account that neither comes from Logto nor has an email address is a machine', async () => {
  const { people } = peopleOver(async (key) => account(key, key === 'bot' ? { email: null } : {}));
  expect([...(await people.find(['ann', 'bot'])).values()]).toEqual([
    { key: 'ann', name: 'Name of ann' },
    { key: 'bot', name: 'Name of bot', isMachine: true },
  ]);
});

test('reads a name once, also for concurrent callers, until the account may have changed', async () => {
  const { namesOf, asked, invalidate, heard } = peopleOver(async (key) => account(key));
  await Promise.all([namesOf('ann', 'bob', 'ann'), namesOf('ann')]);
  await namesOf('ann', 'bob');
  expect(asked).toEqual(['ann', 'bob']);
  invalidate({ subject: 'ann' });
  invalidate({ tenant: 'default' });
  invalidate({ instance: 'reports:1' });
  await namesOf('ann', 'bob');
  expect(asked).toEqual(['ann', 'bob', 'ann']);
  invalidate({});
  await namesOf('ann', 'bob');
  expect(asked).toEqual(['ann', 'bob', 'ann', 'ann', 'bob']);
  heard[0]?.onGap();
  await namesOf('bob');
  expect(asked.length).toBe(6);
});

test('does not cache a name read while its account changes', async () => {
  const answers: ((found: DirectoryAccount) => void)[] = [];
  const { namesOf, asked, invalidate } = peopleOver(() => new Promise((resolve) => answers.push(resolve)));
  const before = namesOf('ann');
  invalidate({ subject: 'ann' });
  const after = namesOf('ann');
  answers[1]?.(account('ann', { name: 'New' }));
  answers[0]?.(account('ann', { name: 'Old' }));
  expect(await after).toEqual([['ann', 'New']]);
  await before;
  expect(await namesOf('ann')).toEqual([['ann', 'New']]);
  expect(asked.length).toBe(2);
});

test('when the directory fails, pages show no names, callers that require them get the error, and both retry', async () => {
  let fails = true;
  const { people, namesOf } = peopleOver(async (key) => {
    if (fails) throw new Error('down');
    return account(key);
  });
  expect(await namesOf('ann', 'bob')).toEqual([
    ['ann', null],
    ['bob', null],
  ]);
  await expect(people.read(['ann'])).rejects.toThrow('down');
  fails = false;
  expect(await namesOf('ann')).toEqual([['ann', 'Name of ann']]);
  expect(await people.read(['ann'])).toEqual([{ key: 'ann', name: 'Name of ann' }]);
});

test('a page does not wait long for names; it shows those available, and the others the next time', async () => {
  vi.useFakeTimers();
  const answers: ((found: DirectoryAccount) => void)[] = [];
  const { namesOf, asked } = peopleOver((key) =>
    key === 'slow' ? new Promise((resolve) => answers.push(resolve)) : Promise.resolve(account(key)),
  );
  const first = namesOf('ann', 'slow');
  await vi.advanceTimersByTimeAsync(2_000);
  expect(await first).toEqual([
    ['ann', 'Name of ann'],
    ['slow', null],
  ]);
  answers[0]?.(account('slow'));
  expect(await namesOf('slow')).toEqual([['slow', 'Name of slow']]);
  expect(asked).toEqual(['ann', 'slow']);
});

test('makes at most ten calls at a time for all callers', async () => {
  let running = 0;
  let most = 0;
  const { namesOf } = peopleOver(async (key) => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
    if (key.endsWith('3')) throw new Error('down');
    return account(key);
  });
  const keys = Array.from({ length: 60 }, (_, index) => `u${index}`);
  const found = await Promise.all([namesOf(...keys.slice(0, 30)), namesOf(...keys.slice(30))]);
  expect(most).toBe(10);
  expect(found.flat().filter(([, name]) => name !== null).length).toBe(54);
});

test('a machine has a name, but is not a user', async () => {
  const { people, namesOf } = peopleOver(async (key) => account(key, { email: null }));
  expect(await namesOf('robot')).toEqual([['robot', 'Name of robot']]);
  expect(await people.read(['robot'])).toEqual([]);
});
