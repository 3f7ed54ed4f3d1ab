#!/usr/bin/env node
import {
  readIncompleteSettings,
  readSecretFileVariables,
  readSettings,
  SettingsError,
} from '../start/settings.ts';

/** `pnpm latchkey`: the operator's CLI with the settings of `pnpm start`, so that it calls the same services. */
try {
  Object.assign(process.env, environmentOf(process.argv.slice(2)), readSecretFileVariables());
  await import('../../apps/cli/src/main.ts');
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  process.stderr.write(
    `${error.message}\nSet them in .env or in the environment, or run "pnpm latchkey init".\n`,
  );
  process.exitCode = 1;
}

/**
 * Set-up commands and help also run with settings that `start` refuses, such as a custom URL beside the emulators' ids
 * and keys.
 */
function environmentOf(words: readonly string[]): Readonly<Record<string, string | undefined>> {
  const [command = 'help'] = words;
  const isHelp = words.some((word) => ['-h', '--help', '-V', '--version'].includes(word));
  try {
    return readSettings().environment;
  } catch (error) {
    const isTolerant = isHelp || ['connect', 'init', 'help', 'completion', '__complete'].includes(command);
    if (!(error instanceof SettingsError) || !isTolerant) throw error;
    return readIncompleteSettings();
  }
}
