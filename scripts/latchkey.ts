import { join } from 'node:path';
import { readSettings, root, SettingsError } from './start/settings.ts';

/** `pnpm latchkey`: the CLI with the same settings as `pnpm start`, so that it calls the services that `start` runs, and with the console's own table. */
try {
  process.env['LATCHKEY_TABLE'] ??= join(root, 'packages/policy/src/index.ts');
  Object.assign(process.env, readSettings().environment);
  await import('../apps/cli/src/main.ts');
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
