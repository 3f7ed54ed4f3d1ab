import { LogtoClientError, LogtoError, LogtoRequestError } from '@logto/react';
import { expect, test } from 'vitest';
import { isSessionOver } from './auth.ts';
import { personOf } from './person.ts';

test.each([
  ['no session in this browser', new LogtoClientError('not_authenticated'), true],
  ["Logto's own answer to a used refresh token", new LogtoRequestError('oidc.invalid_grant', ''), true],
  [
    'the same answer in plain OAuth',
    new LogtoError('unexpected_response_error', { error: 'invalid_grant' }),
    true,
  ],
  ['Logto is overloaded', new LogtoRequestError('rate_limited', ''), false],
  ['Logto answers something else', new LogtoError('unexpected_response_error', '<html>'), false],
  ['the network is gone', new TypeError('Failed to fetch'), false],
])('%s: the session is over: %s', (_, error, over) => {
  expect(isSessionOver(error)).toBe(over);
});

test('the name of a person is their name, else their username; absent claims are null', () => {
  const claims = { iss: 'i', sub: 'u1', aud: 'a', exp: 1, iat: 1 };
  expect(personOf({ ...claims, name: 'Mina Park', username: 'mina', email: 'm@example.com' })).toEqual({
    key: 'u1',
    name: 'Mina Park',
    email: 'm@example.com',
  });
  expect(personOf({ ...claims, name: null, username: 'mina', email: null })).toEqual({
    key: 'u1',
    name: 'mina',
    email: null,
  });
  expect(personOf(claims)).toEqual({ key: 'u1', name: null, email: null });
});
