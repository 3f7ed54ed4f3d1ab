#!/usr/bin/env node
import {
  readIncompleteSettings,
  readSecretFileVariables,
  readSettings,
  SettingsError,
} from '../start/settings.ts';

/** `pnpm latchkey`: the operator's CLI with the settings of `pnpm start`, so that it calls the same services. */
try {
  Object.assign(process.env, environmentOf(process.argv[2]), readSecretFileVariables());
  await import('../../apps/cli/src/main.ts');
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

/** Set-up commands also run with settings that `start` refuses: a custom URL beside the emulators' ids and keys. */
function environmentOf(command: string | undefined): Readonly<Record<string, string | undefined>> {
  try {
    return readSettings().environment;
  } catch (error) {
    if (!(error instanceof SettingsError) || !['connect', 'init'].includes(command ?? '')) throw error;
    return readIncompleteSettings();
  }
}
