import { EmbeddedPostgresError } from '@latchkey/embedded-postgres';
import { EnvironmentError } from '@latchkey/environment';
import { DatabaseError } from 'pg';
import type { Env } from './env.ts';
import { isDatabaseOutage, rootCause } from './platform/database/outage.ts';
import { describeError } from './platform/log/describe-error.ts';

type Settings = Partial<Pick<Env, 'DATA_DIR' | 'DATABASE_URL'>>;

/**
 * Says in one or two sentences why the server cannot start and what to do. Never contains the password of
 * `DATABASE_URL`, or a message of PostgreSQL, which can contain values.
 */
export function explainStartFailure(error: unknown, settings: Settings = {}): string {
  if (error instanceof EnvironmentError) return error.message;
  return `The server cannot start: ${knownReason(error, settings) ?? ownMessage(error)}`;
}

function knownReason(error: unknown, { DATA_DIR = '.data', DATABASE_URL }: Settings): string | undefined {
  const root = rootCause(error);
  const { code, syscall, address, port, path = DATA_DIR } = Object(root);
  const isFull =
    code === 'ENOSPC' || (root instanceof Error && root.message.includes('No space left on device'));
  if (isFull) return `the disk of ${path} is full. Free space, or set DATA_DIR to another disk.`;
  if (syscall === 'listen')
    return `it cannot listen on port ${port} of ${address} (${code}). Stop the program that uses the port, or set PORT, HOST, METRICS_PORT or METRICS_HOST.`;
  if (root instanceof DatabaseError)
    return (
      byDatabaseCode[code] ??
      `PostgreSQL refuses a migration or another statement (${code}), and nothing was migrated. Set LOG_LEVEL=debug to see where.`
    );
  if (DATABASE_URL !== undefined && isDatabaseOutage(error))
    return `PostgreSQL at ${new URL(DATABASE_URL).host} does not answer (${code ?? 'timeout'}). Start it, or correct DATABASE_URL.`;
  if (error instanceof EmbeddedPostgresError && error.code === 'EMBEDDED_POSTGRES_IN_USE')
    return `another server uses the folder ${DATA_DIR}. Stop it, set DATA_DIR to another folder, or set DATABASE_URL to a PostgreSQL for both.`;
  if (/^(?:EACCES|EPERM|EROFS|ENOTDIR|EEXIST|ENOENT)$/.test(code))
    return `it cannot use ${path} (${code}). Correct the owner of the folder, or set DATA_DIR to another one.`;
  return undefined;
}

const byDatabaseCode: Readonly<Record<string, string>> = {
  '28P01': 'PostgreSQL refuses the user or the password. Correct DATABASE_URL.',
  '28000': 'PostgreSQL refuses the user or the host. Correct DATABASE_URL or pg_hba.conf.',
  '3D000': 'the database does not exist. Create it, or correct DATABASE_URL.',
  '42501': 'the user of DATABASE_URL lacks a privilege. Make it the owner of the database.',
  '53100': 'the disk of PostgreSQL is full. Free space there.',
  '53300': 'PostgreSQL has no free connection. Raise max_connections, or close some.',
  '25006': 'PostgreSQL is read-only. Set DATABASE_URL to the primary.',
};

/** An error with a cause may repeat its message. */
function ownMessage(error: unknown): string {
  const isOwn =
    error instanceof EmbeddedPostgresError || (error instanceof Error && error.cause === undefined);
  return isOwn
    ? error.message
    : `an unexpected error (${describeError(rootCause(error)).type}). Set LOG_LEVEL=debug to see where.`;
}
