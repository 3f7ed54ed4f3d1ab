import { setTimeout as sleep } from 'node:timers/promises';
import { DrizzleQueryError } from 'drizzle-orm/errors';
import { DatabaseError } from 'pg';
import type { Logger } from 'pino';

/** Milliseconds to wait for a PostgreSQL that starts together with the server or recovers from a crash. */
const patience = 60_000;
const pause = 1_000;
/** Milliseconds between two log lines while an attempt takes long. */
const waitingPause = 10_000;

/**
 * While PostgreSQL is unavailable, retries every second for a minute. Any other error, such as a wrong password,
 * rejects immediately.
 * @throws the error of the last attempt
 */
export async function whenDatabaseAnswers<Opened>(
  open: () => Promise<Opened>,
  { stop, log }: { readonly stop: AbortSignal; readonly log: Logger },
): Promise<Opened> {
  const end = performance.now() + patience;
  const waiting = setInterval(
    () => log.warn('the server waits for PostgreSQL, or for another server to migrate it'),
    waitingPause,
  );
  try {
    /* oxlint-disable no-await-in-loop -- one attempt at a time */
    for (;;) {
      try {
        return await open();
      } catch (err) {
        if (!isDatabaseOutage(err) || stop.aborted || performance.now() > end) throw err;
        log.warn({ err }, 'PostgreSQL does not answer yet: trying again');
        await sleep(pause, undefined, { signal: stop }).catch(() => {});
        if (stop.aborted) throw err;
      }
    }
    /* oxlint-enable no-await-in-loop */
  } finally {
    clearInterval(waiting);
  }
}

/** PostgreSQL error classes that are not the statement's fault: it may succeed later. */
const outageClasses = new Set([
  '08', // connection exception
  '40', // transaction rollback: serialization failure, deadlock
  '53', // insufficient resources: disk full, too many connections
  '55', // object not in prerequisite state: lock not available
  '57', // operator intervention: shutdown, statement timeout
  '58', // system error: I/O error
  'XX', // internal error
]);

const outageCodes = new Set([
  '25006', // a write that a standby refuses, or a server that its provider made read-only, for instance when the disk was full
  '25P03', // a transaction that was idle for too long
]);

/** Returns the error of PostgreSQL or the network inside the errors of Drizzle and others. */
export function rootCause(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined ? rootCause(error.cause) : error;
}

/** Whether the database did not respond or could not serve requests. Otherwise the statement is at fault. */
export function isOutage(error: unknown): boolean {
  const root = rootCause(error);
  if (!(root instanceof DatabaseError)) return true;
  const { code = '' } = root;
  return outageCodes.has(code) || outageClasses.has(code.slice(0, 2));
}

/** Whether PostgreSQL refused a value: class 22, "data exception" (NUL in text, a date out of range). */
export function isDataException(error: unknown): boolean {
  const root = rootCause(error);
  return root instanceof DatabaseError && (root.code ?? '').startsWith('22');
}

/** Node's error codes for an unreachable network. Errors of vendor calls have them only in their causes. */
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

/** The messages of driver errors that have no code. */
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

/** Whether an error of unknown origin means that PostgreSQL did not respond. */
export function isDatabaseOutage(error: unknown): boolean {
  const root = rootCause(error);
  if (root instanceof DatabaseError) return isOutage(root);
  if (error instanceof DrizzleQueryError) return true;
  if (!(root instanceof Error)) return false;
  if (driverMessages.has(root.message)) return true;
  return 'code' in root && typeof root.code === 'string' && networkCodes.has(root.code);
}

/**
 * Runs a statement for a batch. If a value makes it fail, divides the batch until the bad item is alone, and calls
 * `onBadItem` for it.
 * @throws the error of an outage
 */
export async function divideBatch<Item>(
  items: readonly Item[],
  run: (items: readonly Item[]) => Promise<void>,
  onBadItem: (item: Item, error: unknown) => Promise<void>,
): Promise<void> {
  if (items.length === 0) return;
  try {
    await run(items);
  } catch (error) {
    if (isOutage(error)) throw error;
    const [only, ...others] = items;
    if (only !== undefined && others.length === 0) {
      await onBadItem(only, error);
      return;
    }
    const middle = Math.ceil(items.length / 2);
    await divideBatch(items.slice(0, middle), run, onBadItem);
    await divideBatch(items.slice(middle), run, onBadItem);
  }
}
