import { isIP } from 'node:net';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { addressKey } from './address-key.ts';

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['::FFFF:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::1', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
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
