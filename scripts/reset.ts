import { existsSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readOptions } from './read-options.ts';
import { ObstaclesError, usersOf } from './start/claim.ts';
import { readSettings, type Settings, SettingsError } from './start/settings.ts';

const usage = `Removes what "pnpm start" stores in DATA_DIR (.data), so that the next start is like the first.

  pnpm reset

It refuses while Latchkey uses the data, and removes nothing else in the folder.
`;

/** The entries that Latchkey creates in DATA_DIR, which may also contain other files. */
const OWN_ENTRIES = [
  'logto',
  'permit',
  'postgres',
  'postgres.new',
  'audit',
  'compiled',
  'logs',
  'web',
  'web.sources',
  'logto-seed.json',
  'roles-granted',
  'past-seeded',
  'past.json',
  'start.pid',
];

function reset({ dataDir }: Settings): string {
  if (!existsSync(dataDir)) return `Nothing to remove: there is no ${dataDir}.`;
  const users = usersOf(dataDir).map(({ description }) => description);
  if (users.length > 0) throw new ObstaclesError(users.join('\n'));
  for (const name of OWN_ENTRIES) rmSync(join(dataDir, name), { recursive: true, force: true });
  const others = readdirSync(dataDir);
  if (others.length > 0) return `Removed Latchkey's data from ${dataDir}; left ${others.join(', ')}.`;
  rmdirSync(dataDir);
  return `Removed ${dataDir}.`;
}

readOptions(usage, {});
try {
  process.stdout.write(`${reset(readSettings())}\n`);
} catch (error) {
  if (!(error instanceof SettingsError || error instanceof ObstaclesError)) throw error;
  process.stderr.write(`${error.message}\nNothing was removed.\n`);
  process.exitCode = 1;
}
