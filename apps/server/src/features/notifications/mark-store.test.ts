import { expect, test } from 'vitest';
import { openTestDatabase } from '../../testing/fresh-database.ts';
import { addMarks, forgetMarks, marksOf, type Reader } from './mark-store.ts';

const database = await openTestDatabase();

const never = new Date(0);
const at = (day: number): Date => new Date(Date.UTC(2026, 10, day));
const add = (reader: Reader, ids: readonly string[], until: Date, day: number): Promise<void> =>
  addMarks(database.db, reader, { ids, until, at: at(day) });
const read = async (reader: Reader): Promise<unknown> => {
  const { readUntil, readIds } = await marksOf(database.db, reader);
  return { readUntil, readIds: [...readIds] };
};

test('read marks are separate per tenant and user', async () => {
  const [ann, elsewhere, bo] = [
    { tenant: 'acme', subject: 'ann' },
    { tenant: 'zeta', subject: 'ann' },
    { tenant: 'acme', subject: 'bo' },
  ];
  await add(ann, ['one'], at(1), 1);
  expect(await read(elsewhere)).toEqual({ readUntil: never, readIds: [] });
  await add(elsewhere, ['two'], never, 2);
  await add(bo, ['three'], never, 2);
  await add(ann, ['four'], never, 3);
  expect(await read(ann)).toEqual({ readUntil: at(1), readIds: ['one', 'four'] });
  expect(await read(elsewhere)).toEqual({ readUntil: never, readIds: ['two'] });
  expect(await read(bo)).toEqual({ readUntil: never, readIds: ['three'] });
});

test('retains the newest 200 ids, including one that is marked again', async () => {
  const cy = { tenant: 'acme', subject: 'cy' };
  const ids = Array.from({ length: 200 }, (_, index) => `id-${index}`);
  await add(cy, ids, never, 1);
  await add(cy, ['id-0', 'new'], never, 1);
  expect(await read(cy)).toEqual({ readUntil: never, readIds: [...ids.slice(2), 'id-0', 'new'] });
});

test('deletes inactive read marks, but not renewed or new ones', async () => {
  const [old, again] = [
    { tenant: 'acme', subject: 'old' },
    { tenant: 'acme', subject: 'again' },
  ];
  await add(old, ['one'], at(9), 1);
  await add(again, ['one'], never, 1);
  await add(again, ['two'], never, 5);
  await forgetMarks(database.db, at(4));
  expect(await read(old)).toEqual({ readUntil: never, readIds: [] });
  expect(await read(again)).toEqual({ readUntil: never, readIds: ['one', 'two'] });
});
