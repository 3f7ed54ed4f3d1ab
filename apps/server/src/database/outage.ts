import { DrizzleQueryError } from 'drizzle-orm/errors';
import { DatabaseError } from 'pg';

/** PostgreSQL's classes of errors that say nothing about the statement: it may succeed later. */
const outageClasses = new Set([
  '08', // connection exception
  '40', // transaction rollback: serialization failure, deadlock
  '53', // insufficient resources: disk full, too many connections
  '55', // object not in prerequisite state: lock not available
  '57', // operator intervention: shutdown, statement timeout
  '58', // system error: I/O error
  'XX', // internal error
]);

/** The error that PostgreSQL or the network gave, under what Drizzle or others wrapped around it. */
export function rootCause(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined ? rootCause(error.cause) : error;
}

/** Whether the database did not answer, or could not serve anyone. Otherwise the statement or its values are at fault. */
export function isOutage(error: unknown): boolean {
  const root = rootCause(error);
  if (!(root instanceof DatabaseError)) return true;
  return outageClasses.has((root.code ?? '').slice(0, 2));
}

/** Whether PostgreSQL refused a value: class 22, "data exception" (NUL in a text, a date out of range). */
export function isDataException(error: unknown): boolean {
  const root = rootCause(error);
  return root instanceof DatabaseError && (root.code ?? '').startsWith('22');
}

/** Codes of Node for a network without an answer. Calls to the vendors have errors of their own, with these as causes. */
const networkCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** The driver has no codes for these. */
const driverMessages = new Set([
  'Connection terminated',
  'Connection terminated unexpectedly',
  'Connection terminated due to connection timeout',
  'Client has encountered a connection error and is not queryable',
  'Query read timeout',
  'timeout expired',
  'timeout exceeded when trying to connect',
  'Cannot use a pool after calling end on the pool',
]);

/** Whether an error of unknown origin says that PostgreSQL did not answer. */
export function isDatabaseOutage(error: unknown): boolean {
  const root = rootCause(error);
  if (root instanceof DatabaseError) return isOutage(root);
  if (error instanceof DrizzleQueryError) return true;
  if (!(root instanceof Error)) return false;
  if (driverMessages.has(root.message)) return true;
  return 'code' in root && typeof root.code === 'string' && networkCodes.has(root.code);
}
