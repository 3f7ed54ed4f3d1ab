import { readSettings, SettingsError } from './start/settings.ts';

/** `pnpm latchkey`: the CLI with the same settings as `pnpm start`, so that it calls the services that `start` runs. */
try {
  Object.assign(process.env, readSettings().environment);
  await import('../apps/cli/src/main.ts');
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
