import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { AuthorizationUnavailableError } from '@latchkey/permissions';
import { PermitApiError } from '@latchkey/permissions/permit';
import * as fc from 'fast-check';
import { DatabaseError } from 'pg';
import { expect, test } from 'vitest';
import { createLogger } from './create-logger.ts';
import { asError, describeError } from './describe-error.ts';

const canary = 'nadia@private.example';

test('describes an error by its name, code, status and positions, without its message', () => {
  const error = Object.assign(new TypeError(`bad value ${canary}\n    at ${canary} (file:///x.ts:1:1)`), {
    code: 'E_BAD',
    status: 502,
  });
  const described = describeError(error);
  expect(described).toMatchObject({ type: 'TypeError', code: 'E_BAD', status: 502 });
  expect(described.stack?.[0]).toContain('describe-error.test.ts');
  expect(JSON.stringify(described)).not.toContain(canary);
});

test("an outage has the status of Permit's answer, not the 503 of ours", () => {
  const outage = new AuthorizationUnavailableError('status', { detail: canary, pdpStatus: 401 });
  const failed = new PermitApiError(canary, { permitStatus: 422 });
  expect([outage, failed].map((error) => describeError(error).status)).toEqual([401, 422]);
  expect(describeError(new PermitApiError('no', { permitStatus: undefined })).status).toBe(503);
});

test('an error from PostgreSQL has the names of the affected objects, and neither detail nor parameters', () => {
  const error = Object.assign(new DatabaseError(`duplicate key ${canary}`, 1, 'error'), {
    code: '23505',
    table: 'reports',
    constraint: 'reports_pkey',
    detail: `Key (title)=(${canary}) already exists.`,
    where: canary,
    hint: canary,
  });
  const described = describeError(new Error(`Failed query: … params: ${canary}`, { cause: error }));
  expect(described.cause).toMatchObject({
    code: '23505',
    database: { table: 'reports', constraint: 'reports_pkey' },
  });
  expect(JSON.stringify(described)).not.toContain(canary);
});

test('describes an error that pg-boss emits as a plain object', () => {
  const { message, stack } = new TypeError(`bad value ${canary}`);
  const described = describeError(asError({ code: 'E_BAD', message, stack, queue: 'jobs' }));
  expect(described).toMatchObject({ type: 'TypeError', code: 'E_BAD' });
  expect(described.stack?.[0]).toContain('describe-error.test.ts');
  expect(JSON.stringify(described)).not.toContain(canary);
});

test('no value of an error is logged, however it is logged', () => {
  const arbitraryError = fc
    .record({
      message: fc.string(),
      code: fc.string(),
      extra: fc.object().filter((object) => !Object.hasOwn(object, '__proto__')),
    })
    .map(({ message, code, extra }) =>
      Object.assign(new Error(`${message}${canary}`, { cause: new Error(canary) }), extra, {
        code: `${code} ${canary}`,
      }),
    );
  fc.assert(
    fc.property(arbitraryError, (error) => {
      const lines: string[] = [];
      const log = createLogger('trace', { write: (line: string) => void lines.push(line) });
      log.error(error);
      log.error({ err: error });
      log.error({ err: error }, 'failed');
      log.warn(error, 'failed');
      expect(lines).toHaveLength(4);
      expect(lines.join('')).not.toContain(canary);
    }),
  );
});

test.skipIf(!existsSync('/dev/full'))(
  'without space for the log, the program continues and can end',
  async () => {
    const module = new URL('create-logger.ts', import.meta.url).href;
    const program = `
      const { createLogger } = await import('${module}');
      const log = createLogger('info');
      for (const line of ['one', 'two']) {
        log.info(line);
        await new Promise(setImmediate);
      }
      console.error('continues');
      log.error('three');
      log.fatal('last');
      process.exit();`;
    const { stderr } = await promisify(execFile)('sh', [
      '-c',
      '"$0" --input-type=module --eval "$1" > /dev/full',
      process.execPath,
      program,
    ]);
    expect(stderr).toBe('continues\n');
  },
);
