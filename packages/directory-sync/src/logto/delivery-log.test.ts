import { expect, test } from 'vitest';
import { isPrivateAddress } from './delivery-log.ts';

test.each([
  ['http://localhost:3000/api', true],
  ['http://latchkey.localhost:3000', true],
  ['http://latchkey:3000', true],
  ['http://server.prod.svc', true],
  ['http://127.0.0.2', true],
  ['http://10.1.2.3', true],
  ['http://172.31.0.1', true],
  ['http://192.168.1.1', true],
  ['http://[::1]:3000', true],
  ['http://[fd00::1]', true],
  ['http://[::ffff:127.0.0.1]', true],
  ['https://console.example', false],
  ['https://172.32.0.1', false],
  ['https://[2001:db8::1]', false],
  ['no URL', false],
])('%s: private %s', (url, isPrivate) => {
  expect(isPrivateAddress(url)).toBe(isPrivate);
});
