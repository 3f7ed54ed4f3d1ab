import { expect, test } from 'vitest';
import { explainStartFailure } from './start-failure.ts';

const system = (code: string, more: object = {}) =>
  Object.assign(new Error(`${code}: secret`), { code, ...more });

test.each([
  [system('ENOSPC', { path: '/data/audit', syscall: 'write' }), /disk of \/data\/audit is full/],
  [system('EACCES', { path: '/data', syscall: 'mkdir' }), /cannot use \/data \(EACCES\).*owner/],
  [system('EACCES', { port: 80, address: '::', syscall: 'listen' }), /port 80 of :: \(EACCES\)/],
  [
    system('ENOTFOUND', { syscall: 'getaddrinfo' }),
    /PostgreSQL at db\.example:5433 does not answer \(ENOTFOUND\)/,
  ],
  [new Error('timeout expired'), /PostgreSQL at db\.example:5433 does not answer \(timeout\)/],
  [
    new TypeError('outer secret', { cause: new RangeError('inner secret') }),
    /unexpected error \(RangeError\)/,
  ],
  ['secret', /unexpected error \(string\)/],
])('%s', (error, reason) => {
  const printed = explainStartFailure(error, { DATABASE_URL: 'postgres://ann:secret@db.example:5433/db' });
  expect(printed).toMatch(reason);
  expect(printed).not.toContain('secret');
});
