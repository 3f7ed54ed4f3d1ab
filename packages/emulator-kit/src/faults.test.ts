import { afterEach, expect, test } from 'vitest';
import { createFaults } from './faults.ts';
import { listen, type Listening } from './listen.ts';

let server: Listening | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function serve(faults = createFaults()): Promise<{ url: string; faults: typeof faults }> {
  server = await listen(
    faults.around((_, response) => {
      response.setHeader('content-type', 'application/json');
      response.end('{"answer":42}');
    }),
    { port: 0 },
  );
  return { url: server.url, faults };
}

test('a status fault applies to the counted number of requests, then the real response returns', async () => {
  const { url, faults } = await serve();
  faults.add({ method: 'GET', path: '/v2/*', status: 429, headers: { 'retry-after': '1' }, count: 1 });
  const refused = await fetch(`${url}/v2/facts`);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
  expect(await (await fetch(`${url}/v2/facts`)).json()).toEqual({ answer: 42 });
});

test('a dropped request gets no response, a corrupt one gets half of it', async () => {
  const { url, faults } = await serve();
  const { id } = faults.add({ drop: true });
  await expect(fetch(`${url}/x`)).rejects.toThrow('fetch failed');
  faults.remove(id);
  faults.add({ corrupt: true });
  expect(await (await fetch(`${url}/x`)).text()).toBe('{"answ');
});

test('a response that sends its headers early, with the length of the whole body, is cut as well', async () => {
  const faults = createFaults();
  server = await listen(
    faults.around((_, response) => {
      response.writeHead(201, { 'content-type': 'application/json', 'content-length': 13 });
      response.flushHeaders();
      response.end('{"answer":42}');
    }),
    { port: 0 },
  );
  faults.add({ corrupt: true });
  const response = await fetch(server.url);
  expect([response.status, await response.text()]).toEqual([201, '{"answ']);
});

test('a delay ends when its fault is removed, even after its last use', async () => {
  const { url, faults } = await serve();
  for (const count of [1, undefined]) {
    faults.add({ delay: 600_000, count });
    const delayed = fetch(`${url}/x`);
    const waits = Promise.race([delayed, fetch(`${url}/_emulator/x`).then(() => 'delayed')]);
    expect(await waits).toBe('delayed'); // oxlint-disable-line no-await-in-loop -- one after the other
    await expect.poll(() => faults.list().length).toBe(count === 1 ? 0 : 1); // oxlint-disable-line no-await-in-loop
    faults.clear();
    expect((await delayed).status).toBe(200); // oxlint-disable-line no-await-in-loop
  }
});

test('other methods, other paths and the control routes are not affected', async () => {
  const { url, faults } = await serve();
  faults.add({ method: 'POST', status: 500 });
  faults.add({ path: '/one', status: 500 });
  expect((await fetch(`${url}/two`)).status).toBe(200);
  faults.add({ status: 500 });
  expect((await fetch(`${url}/_emulator/faults`)).status).toBe(200);
});

test('probability uses the given random source', async () => {
  const rolls = [0.9, 0.1];
  const { url } = await serve();
  const faults = createFaults(() => rolls.shift() ?? 0);
  await server?.close();
  const second = await serve(faults);
  faults.add({ status: 500, probability: 0.5 });
  expect((await fetch(second.url)).status).toBe(200);
  expect((await fetch(second.url)).status).toBe(500);
  expect(url).not.toBe('');
});

test('a connection stays open between the requests of a busy client', async () => {
  const server = await listen((_request, response) => response.end('ok'), { port: 0 });
  const response = await fetch(server.url);
  expect(await response.text()).toBe('ok');
  expect(response.headers.get('keep-alive')).toBe('timeout=600');
  await server.close();
});
