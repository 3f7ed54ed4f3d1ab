import { expect, test } from 'vitest';
import { start } from '../start.ts';
import { manager } from '../testing/management.ts';

test('lists, searches and additions work with 100,000 users', async () => {
  const users = Array.from({ length: 100_000 }, (_, index) => ({ username: `user${index}` }));
  const logto = await start({ seed: { users } });
  const manage = await manager(logto);
  const names = async (query: string) => {
    const { body, headers } = await manage('GET', `/users?${query}`);
    return [
      headers.get('total-number'),
      ...(Array.isArray(body) ? body : []).map(({ username }) => username),
    ];
  };
  expect(await names('page_size=2')).toEqual(['100000', 'user99999', 'user99998']);
  expect((await names('page=1000&page_size=100')).slice(-1)).toEqual(['user0']);
  expect(await names('page=1001&page_size=100')).toEqual(['100000']);
  expect(await names('search.username=user4242&mode.username=exact')).toEqual(['1', 'user4242']);
  expect((await manage('POST', '/users', { username: 'user4242' })).status).toBe(422);
  expect((await manage('POST', '/users', { username: 'one more' })).status).toBe(400);
  expect((await manage('POST', '/users', { username: 'one_more' })).status).toBe(200);
  expect(await names('page_size=1')).toEqual(['100001', 'one_more']);
  await logto.close();
});
