import { LogtoApiError } from '@latchkey/directory-sync';
import { PermissionDeniedError } from '@latchkey/permissions';
import express from 'express';
import { expect, test } from 'vitest';
import { AppError } from '../app-error.ts';
import { serve } from '../../testing/serve.ts';
import { notFound, problem } from './problem.ts';

const withStatus = (status: unknown): Error => Object.assign(new Error('private'), { status });

/** The errors that the routes throw, by path. */
const errors: Record<string, unknown> = {
  outage: new AppError('DATABASE_UNAVAILABLE', 'unavailable'),
  conflict: new AppError('REQUEST_OPEN', 'asked already'),
  deny: new PermissionDeniedError({
    outcome: 'deny',
    permission: 'reports:view',
    reason: 'no_permission',
    grantedBy: [],
    grantedByInstanceRoles: [],
  }),
  // This status is Logto's response to the server, and must not become the server's response to its caller.
  refusedByLogto: new LogtoApiError('private', { status: 401 }),
  file: withStatus(404),
  path: withStatus(400),
  odd: withStatus('400'),
  early: withStatus(399),
  late: withStatus(500),
  fault: new TypeError('private'),
  text: 'private',
};

const logged: unknown[] = [];
const app = express()
  .use((request, response, next) => {
    response.set('x-request-id', 'request-1');
    Object.assign(request, { log: { error: (line: object) => logged.push(line) } });
    next();
  })
  .get('/begun', (_request, response) => {
    response.write('begun');
    throw new AppError('DATABASE_UNAVAILABLE', 'unavailable');
  })
  .get('/:name', ({ params }, _response, next) => {
    if (params.name in errors) throw errors[params.name]; // oxlint-disable-line typescript/only-throw-error -- others may
    next();
  })
  .use(notFound)
  .use(problem);

test.each([
  ['outage', 503, 'DATABASE_UNAVAILABLE', true],
  ['conflict', 409, 'REQUEST_OPEN', false],
  ['deny', 403, 'FORBIDDEN', false],
  ['refusedByLogto', 503, 'DIRECTORY_UNAVAILABLE', true],
  ['file', 404, 'NOT_FOUND', false],
  ['path', 400, 'INPUT_INVALID', false],
  ['odd', 500, 'INTERNAL', true],
  ['early', 500, 'INTERNAL', true],
  ['late', 500, 'INTERNAL', true],
  ['fault', 500, 'INTERNAL', true],
  ['text', 500, 'INTERNAL', true],
  ['nothing', 404, 'NOT_FOUND', false],
] as const)('%s is %i %s, logged: %s', async (name, status, code, isLogged) => {
  await using server = await serve(app);
  logged.length = 0;
  const response = await fetch(`${server.url}/${name}`);
  expect(response.status).toBe(status);
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(response.headers.get('retry-after')).toBe(status === 503 ? '1' : null);
  const answer = await response.json();
  expect(answer).toEqual({ title: expect.any(String), status, code, requestId: 'request-1' });
  expect(answer.title).not.toContain('private');
  expect(logged).toEqual(isLogged ? [{ err: errors[name], code }] : []);
});

test('a started response is aborted, so that it cannot be mistaken for a complete one', async () => {
  await using server = await serve(app);
  const response = await fetch(`${server.url}/begun`);
  await expect(response.text()).rejects.toThrow();
});
