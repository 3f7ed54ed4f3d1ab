import { expect, test } from 'vitest';
import { listen } from './listen.ts';

test('a connection stays open between the requests of a busy client', async () => {
  const server = await listen((_request, response) => response.end('ok'), { port: 0 });
  const response = await fetch(server.url);
  expect(await response.text()).toBe('ok');
  expect(response.headers.get('keep-alive')).toBe('timeout=600');
  await server.close();
});
