import { expect, test } from 'vitest';
import { freeBytes } from './free-bytes.ts';

test('frees the memory of a buffer, and not that of others', () => {
  const own = Buffer.from(new ArrayBuffer(8));
  freeBytes(own);
  expect(own).toHaveLength(0);

  const whole = Buffer.from(new ArrayBuffer(8));
  freeBytes(whole.subarray(0, 4));
  expect(whole).toHaveLength(8);

  const shared = Buffer.from(new SharedArrayBuffer(8));
  freeBytes(shared);
  expect(shared).toHaveLength(8);
});
