import { expect, test } from 'vitest';
import { bearerToken } from './bearer-token.ts';

test.each([
  ['Bearer a.b-c_d~e+f/g==', 'a.b-c_d~e+f/g=='],
  ['bearer t', 't'],
  ['BEARER t', 't'],
])('%j contains a token', (header, token) => expect(bearerToken(header)).toBe(token));

test.each([
  undefined,
  '',
  'Bearer',
  'Bearer ',
  'Bearer a b',
  'Bearer a=b',
  'Bearer a\n',
  'Bearer  a',
  'Basic a',
  'a',
  'x Bearer a',
  'Bearer Bearer a',
])('TOKEN_MISSING: %j', (header) => {
  expect(() => bearerToken(header)).toThrow(expect.objectContaining({ code: 'TOKEN_MISSING' }));
});
