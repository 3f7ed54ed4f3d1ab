import { PermitApiError } from '@latchkey/permissions/permit';
import { expect, test } from 'vitest';
import { retryOnNotFound } from './retry-on-not-found.ts';

const error = (status: number): PermitApiError =>
  new PermitApiError('no', { permitStatus: status, cause: undefined });

function failing(...errors: Error[]) {
  let calls = 0;
  const run = async (): Promise<string> => {
    const next = errors[calls++];
    if (next !== undefined) throw next;
    return 'done';
  };
  return { run, calls: () => calls };
}

test.each([
  ['no error', [], 'done', 1],
  ['one 404', [error(404)], 'done', 2],
  ['two 404', [error(404), error(404)], 404, 2],
  ['a 409', [error(409)], 409, 1],
  ['a 503', [error(503)], 503, 1],
  ['a 404 and a 503', [error(404), error(503)], 503, 2],
  ['another error', [Object.assign(new Error('bug'), { permitStatus: 404 })], 404, 1],
] as const)('%s: ends with %o after %i attempts', async (_, errors, outcome, attempts) => {
  const { run, calls } = failing(...errors);
  const found = await retryOnNotFound(run).catch((reason: unknown) =>
    Reflect.get(Object(reason), 'permitStatus'),
  );
  expect([found, calls()]).toEqual([outcome, attempts]);
});
