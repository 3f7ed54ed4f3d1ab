import { TRPCClientError } from '@trpc/client';
import type { AnyRouter } from '@trpc/server';
import { expect, test } from 'vitest';
import { apiErrorOf } from './api-error.ts';

const answered = (httpStatus: number, latchkey?: object): TRPCClientError<AnyRouter> =>
  TRPCClientError.from({ error: { code: -32_000, message: '', data: { httpStatus, latchkey } } });

test.each([
  [answered(503, { code: 'AUTHORIZATION_UNAVAILABLE', requestId: 'r' }), 'undecided'],
  [answered(503, { code: 'AUTHENTICATION_UNAVAILABLE', requestId: 'r' }), 'undecided'],
  [answered(401, { code: 'TOKEN_EXPIRED', requestId: 'r' }), 'signed-out'],
  // Signing in again would not help.
  [answered(401, { code: 'APPLICATION_DISCONNECTED', requestId: 'r' }), 'failed'],
  [answered(403, { code: 'APPLICATION_BLOCKED', requestId: 'r' }), 'failed'],
  [answered(404, { code: 'REPORT_NOT_FOUND', requestId: 'r' }), 'not-found'],
  [answered(400, { code: 'INPUT_INVALID', requestId: 'r' }), 'failed'],
  [answered(503, { code: 'DIRECTORY_UNAVAILABLE', requestId: 'r' }), 'failed'],
  [answered(500), 'failed'],
  [TRPCClientError.from(new TypeError('Failed to fetch')), 'unreachable'],
  [new TypeError('Failed to fetch'), 'unreachable'],
  ['nonsense', 'unreachable'],
])('distinguishes an outage, a denial and a failure (%#)', (error, kind) => {
  expect(apiErrorOf(error).kind).toBe(kind);
});

test('a failure has the request id', () => {
  expect(apiErrorOf(answered(500, { code: 'INTERNAL', requestId: 'r-7' }))).toEqual({
    kind: 'failed',
    status: 500,
    code: null,
    requestId: 'r-7',
  });
});

test('a denial has the missing permission and the roles that grant it', () => {
  const denied = {
    permission: 'reports:edit',
    reason: 'no_permission',
    grantedBy: ['admin'],
    grantedByInstanceRoles: ['owner', 'editor'],
  };
  expect(apiErrorOf(answered(403, { code: 'FORBIDDEN', requestId: 'r', denied }))).toEqual({
    kind: 'denied',
    denial: {
      permission: 'reports:edit',
      newcomer: false,
      grantedBy: ['admin'],
      grantedOn: { resource: 'reports', roles: ['owner', 'editor'] },
    },
  });
});

test('accepts a denial from an older server, without instance roles', () => {
  const denied = { permission: 'reports:edit', reason: 'no_permission', grantedBy: ['admin'] };
  expect(apiErrorOf(answered(403, { code: 'FORBIDDEN', requestId: null, denied }))).toMatchObject({
    denial: { grantedBy: ['admin'], grantedOn: null },
  });
});

test('accepts a denial with unknown names from a newer policy', () => {
  const denied = {
    permission: 'reports:not-in-the-table',
    reason: 'unknown_subject',
    grantedBy: ['not-in-the-table', 'toString'],
    grantedByInstanceRoles: ['keeper', 'toString'],
  };
  expect(apiErrorOf(answered(403, { code: 'FORBIDDEN', requestId: null, denied }))).toEqual({
    kind: 'denied',
    denial: { permission: null, newcomer: true, grantedBy: [], grantedOn: null },
  });
});
