import { LogtoApiError } from '@latchkey/directory-sync';
import {
  AuthorizationUnavailableError,
  ExplanationUnavailableError,
  PermissionDeniedError,
} from '@latchkey/permissions';
import { PermitApiError } from '@latchkey/permissions/permit';
import { TRPCError } from '@trpc/server';
import { getHTTPStatusCodeFromError } from '@trpc/server/http';
import { DatabaseError } from 'pg';
import { expect, test } from 'vitest';
import { AppError, statusByCode, type ErrorCode } from '../app-error.ts';
import { asAppError, trpcErrorOf } from './error-data.ts';

function databaseError(code: string): DatabaseError {
  const error = new DatabaseError('a private value', 1, 'error');
  error.code = code;
  return error;
}
function refusedByPermit(permitStatus: number): PermitApiError {
  return new PermitApiError('a private detail', { permitStatus, isAboutFacts: true });
}
const denial = {
  outcome: 'deny',
  permission: 'reports:view',
  grantedBy: [],
  grantedByInstanceRoles: [],
  reason: 'no_permission',
} as const;
const silence = { status: undefined, cause: undefined };

test.each<[string, unknown, ErrorCode]>([
  ['an error of ours', new AppError('REPORT_NOT_FOUND', 'gone'), 'REPORT_NOT_FOUND'],
  ['a deny', new PermissionDeniedError(denial), 'FORBIDDEN'],
  [
    'an unavailable PDP',
    new AuthorizationUnavailableError('timeout', { detail: 'no' }),
    'AUTHORIZATION_UNAVAILABLE',
  ],
  ['facts that are too many', new ExplanationUnavailableError('too many'), 'EXPLANATION_UNAVAILABLE'],
  ['an unavailable Permit', new PermitApiError('no', { permitStatus: undefined }), 'DIRECTORY_UNAVAILABLE'],
  ['a user whom Permit does not have', refusedByPermit(404), 'DIRECTORY_NOT_FOUND'],
  ['a conflict with what Permit has', refusedByPermit(409), 'DIRECTORY_CONFLICT'],
  ['input that Permit does not accept', refusedByPermit(422), 'DIRECTORY_REFUSED'],
  ['a Permit that is asked too often', refusedByPermit(429), 'DIRECTORY_UNAVAILABLE'],
  ['an API key that Permit refuses', refusedByPermit(403), 'DIRECTORY_UNAVAILABLE'],
  ['a policy that Permit refuses', new PermitApiError('no', { permitStatus: 422 }), 'DIRECTORY_UNAVAILABLE'],
  ['an unavailable Logto', new LogtoApiError('no', silence), 'DIRECTORY_UNAVAILABLE'],
  ['an unavailable PostgreSQL', databaseError('57P01'), 'DATABASE_UNAVAILABLE'],
  ['a value that PostgreSQL refuses', databaseError('22021'), 'INPUT_INVALID'],
  ['a statement that PostgreSQL refuses', databaseError('42P01'), 'INTERNAL'],
  ['anything else', new TypeError('private'), 'INTERNAL'],
  ['what is no error', 'private', 'INTERNAL'],
])('%s has its code, however it is wrapped', (_, error, code) => {
  expect(asAppError(error).code).toBe(code);
  if (error instanceof Error) {
    const wrapped = new TRPCError({ code: 'INTERNAL_SERVER_ERROR', cause: error });
    expect(asAppError(wrapped).code).toBe(code); // oxlint-disable-line vitest/no-conditional-expect -- tRPC wraps errors only
  }
});

test.each([
  ['PAYLOAD_TOO_LARGE', 'REQUEST_TOO_LARGE'],
  ['UNSUPPORTED_MEDIA_TYPE', 'UNSUPPORTED_ENCODING'],
  ['BAD_REQUEST', 'INPUT_INVALID'],
  ['NOT_FOUND', 'NOT_FOUND'],
  ['METHOD_NOT_SUPPORTED', 'INPUT_INVALID'],
  ['PARSE_ERROR', 'INPUT_INVALID'],
  ['CLIENT_CLOSED_REQUEST', 'REQUEST_ABORTED'],
  ['NOT_IMPLEMENTED', 'INTERNAL'],
] as const)("tRPC's own %s is %s", (code, expected) => {
  expect(asAppError(new TRPCError({ code, message: 'no' })).code).toBe(expected);
});

test('an unknown error reveals no details', () => {
  for (const error of [new TypeError('private'), databaseError('42P01'), databaseError('22021')])
    expect(asAppError(error).message).not.toContain('private');
});

test.each(Object.entries(statusByCode))('%s is sent as %i', (code, status) => {
  const error = new AppError(code as ErrorCode, 'no'); // oxlint-disable-line typescript/no-unsafe-type-assertion -- keys of the table
  expect(getHTTPStatusCodeFromError(trpcErrorOf(error))).toBe(status);
  expect(asAppError(trpcErrorOf(error))).toBe(error);
});
