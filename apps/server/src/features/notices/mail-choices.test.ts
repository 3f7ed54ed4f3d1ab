import { expect, test } from 'vitest';
import { openTestDatabase } from '../../testing/fresh-database.ts';
import { createMailChoices } from './mail-choices.ts';

const database = await openTestDatabase();

test('an email preference applies to the user, tenant and kind until it is changed', async () => {
  const { choose, unwantedBy, wanting } = createMailChoices(database.db);
  const ann = { tenant: 'acme', subject: 'ann' };
  const elsewhere = { tenant: 'zeta', subject: 'ann' };
  const bo = { tenant: 'acme', subject: 'bo' };
  await choose(ann, 'asked', false);
  await choose(ann, 'asked', false);
  await choose(ann, 'ends-soon', false);
  await choose(elsewhere, 'asked', false);
  await choose(bo, 'ends-soon', false);
  expect((await unwantedBy(ann)).toSorted()).toEqual(['asked', 'ends-soon']);
  expect(await unwantedBy(elsewhere)).toEqual(['asked']);
  expect(await unwantedBy(bo)).toEqual(['ends-soon']);
  expect(await wanting('acme', 'asked', ['ann', 'bo', 'new'])).toEqual(['bo', 'new']);
  expect(await wanting('zeta', 'ends-soon', ['ann', 'bo'])).toEqual(['ann', 'bo']);
  expect(await wanting('acme', 'asked', [])).toEqual([]);

  await choose(ann, 'asked', true);
  expect(await unwantedBy(ann)).toEqual(['ends-soon']);
  expect(await unwantedBy(elsewhere)).toEqual(['asked']);
  expect(await unwantedBy(bo)).toEqual(['ends-soon']);
  expect(await wanting('acme', 'asked', ['ann', 'bo'])).toEqual(['ann', 'bo']);
});
