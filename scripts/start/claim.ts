import { mkdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeUser, postgresOf, usersOf } from './data-in-use.ts';
import { busyPorts, describeBusyPort } from './ports.ts';
import { createRunFile, readRun, type RunFile } from './run-file.ts';
import type { Settings } from './settings.ts';

/** Something prevents `start`. `message` lists every reason, one per line, each with what to do. */
export class ObstaclesError extends Error {
  override readonly name = 'ObstaclesError';
}

export interface ClaimOptions {
  /** Prints a line for the user. */
  readonly say: (line: string) => void;
  /** Milliseconds to wait for leftovers of a killed `start`, which exit by themselves. */
  readonly patience?: number;
}

/** More than the grace period of a killed `start`'s children (end-with-start.ts). */
const PATIENCE_MS = 15_000;

/**
 * Claims the data folder and the ports for this `start`. A PostgreSQL that runs on the folder is not an obstacle: it is
 * shared.
 *
 * @throws {@link ObstaclesError} when another process uses the folder or a port
 */
export async function claim(
  { dataDir, ports }: Pick<Settings, 'dataDir' | 'ports'>,
  { say, patience = PATIENCE_MS }: ClaimOptions,
): Promise<RunFile> {
  await waitForLeftovers(dataDir, { say, patience });
  const users = usersOf(dataDir);
  const known = new Set(users.map(({ pid }) => pid));
  const { wantedTwice, busy } = await busyPorts(ports);
  const obstacles = [
    ...users.map((user) => describeUser(user, dataDir)),
    ...wantedTwice,
    // A process that is listed for the folder is not listed again for its port.
    ...busy.filter(({ owner }) => owner === undefined || !known.has(owner.pid)).map(describeBusyPort),
  ];
  const postgres = postgresOf(dataDir);
  if (obstacles.length > 0) {
    if (postgres !== undefined && users.length > 0) obstacles.push(describeUser(postgres, dataDir));
    throw new ObstaclesError(obstacles.join('\n'));
  }
  if (postgres !== undefined) {
    say(
      `  PostgreSQL still runs from before, as process ${postgres.pid}; the server joins it, and stops it at its end.`,
    );
  }
  mkdirSync(dataDir, { recursive: true });
  return createRunFile(dataDir);
}

/** The children of a killed `start` are about to exit. */
async function waitForLeftovers(dataDir: string, { say, patience }: Required<ClaimOptions>): Promise<void> {
  const { start, children } = readRun(dataDir);
  if (start !== undefined || children.length === 0) return;
  const names = children.map(({ name, pid }) => `${name} (process ${pid})`).join(', ');
  say(`  A run was killed. Waiting for what it left: ${names}.`);
  for (const end = Date.now() + patience; Date.now() < end; await sleep(50)) {
    if (readRun(dataDir).children.length === 0) return;
  }
}
