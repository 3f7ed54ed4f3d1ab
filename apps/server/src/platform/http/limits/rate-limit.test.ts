import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket, isIP } from 'node:net';
import { Pool } from 'pg';
import { afterAll, expect, test } from 'vitest';
import * as fc from 'fast-check';
import { createMemoryLimit, createSharedLimit } from './rate-limit.ts';
import { addressKey } from './rate-limits.ts';

const answer = (): ServerResponse => new ServerResponse(new IncomingMessage(new Socket()));
const refusal = { code: 'RATE_LIMITED', status: 429 };

test('memory is bounded: beyond 20,000 keys the least recently used one is evicted', async () => {
  const limit = createMemoryLimit({ name: 'test', max: 1 });
  for (const key of ['first', 'seen']) await limit.consume(key, answer());
  for (let index = 0; index < 19_999; index++) {
    await limit.consume(`other ${index}`, answer());
    if (index === 10_000) await limit.consume('seen', answer()).catch(() => {});
  }
  await expect(limit.consume('seen', answer())).rejects.toMatchObject(refusal);
  await limit.consume('first', answer());
});

test('returned points do not count', async () => {
  const limit = createMemoryLimit({ name: 'test', max: 2 });
  await limit.consume('ann', answer(), 2);
  await limit.refund('ann', 1);
  await limit.consume('ann', answer());
  await expect(limit.consume('ann', answer())).rejects.toMatchObject(refusal);
});

test('only a refusal asks the client to wait, and a response that has begun gets no headers', async () => {
  const limit = createMemoryLimit({ name: 'test', max: 1 });
  const [allowed, refused, begun] = [answer(), answer(), answer()];
  await limit.consume('ann', allowed);
  expect(allowed.hasHeader('retry-after')).toBe(false);
  await expect(limit.consume('ann', refused)).rejects.toMatchObject(refusal);
  expect(Number(refused.getHeader('retry-after'))).toBeGreaterThan(0);
  begun.writeHead(200);
  await limit.consume('bob', begun);
  expect(begun.hasHeader('ratelimit')).toBe(false);
});

test('without a limit no call is refused, and no key is used up', async () => {
  const limit = createMemoryLimit({ name: 'test', max: 0 });
  await limit.consume('ann', answer(), 1_000);
  await limit.refund('ann');
  expect(await limit.isUsedUp('ann')).toBe(false);
  await createSharedLimit({ name: 'test', max: 0 }, unavailable).consume('ann', answer(), 1_000);
});

const unavailable = new Pool({ connectionString: 'postgres://127.0.0.1:9/' });
afterAll(() => unavailable.end());

test('during a PostgreSQL outage a shared limit counts in memory', async () => {
  const limit = createSharedLimit({ name: 'test', max: 2 }, unavailable);
  const first = answer();
  await limit.consume('ann', first);
  expect(first.getHeader('ratelimit-policy')).toBe('"test";q=2;w=60');
  await limit.consume('ann', answer());
  await expect(limit.consume('ann', answer())).rejects.toMatchObject(refusal);
  await limit.consume('bob', answer());
});

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['::FFFF:198.51.100.23', '198.51.100.23'],
  ['::ffff:192.0.2.1x', '::ffff:192.0.2.1x'],
  ['2001:db8::ffff:192.0.2.1', '2001:db8:0:0::/64'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::1', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['2001:db8::', '2001:db8:0:0::/64'],
  ['2001::3:4:5:6:7', '2001:0:0:3::/64'],
  ['1:2:3:4:5:6::', '1:2:3:4::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['::', '0:0:0:0::/64'],
  ['64:ff9b::192.0.2.33', '64:ff9b:0:0::/64'],
  ['unknown', 'unknown'],
  ['', ''],
])('%s counts as %s', (address, key) => {
  expect(addressKey(address)).toBe(key);
});

test('all addresses in a /64 count as one in any notation, and those in another /64 as another', () => {
  fc.assert(
    fc.property(fc.ipV6(), fc.nat(), (address, host) => {
      const key = addressKey(address);
      // An IPv4-mapped IPv6 address.
      if (isIP(key) === 4) return;
      const groups = key.replace('::/64', '').split(':');
      expect(groups).toHaveLength(4);
      expect(addressKey(`${groups.join(':')}:dead:beef:0:${(host % 65_536).toString(16)}`)).toBe(key);
      const [first = '0', ...others] = groups;
      const next = ((Number.parseInt(first, 16) + 1) % 65_536).toString(16);
      expect(addressKey(`${[next, ...others].join(':')}::1`)).not.toBe(key);
    }),
  );
});
