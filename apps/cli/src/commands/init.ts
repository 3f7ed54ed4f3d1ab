import { withoutUnconfirmedDevelopmentValues, type EnvironmentSource } from '@latchkey/environment';
import { secretVariables } from '@latchkey/environment/secret-files';
import { z } from 'zod';
import { ActionableError } from '../actionable-error.ts';
import type { AddCommand, CommandDeps, ExitCode, PermitChange } from '../command-deps.ts';
import { readEnvFile } from '../connect/env-file.ts';
import { EveryVariable, httpOrigin, httpUrl } from '../env.ts';
import { connectLogto } from './connect-logto.ts';
import { connectPermit } from './connect-permit.ts';
import { examineAll } from './doctor-server.ts';
import { grantRole } from './grant.ts';

interface InitOptions {
  readonly settings: string;
}

export const addInit: AddCommand = (program, deps) => {
  program
    .command('init')
    .option('--settings <file>', 'the settings file to write', '.env')
    .addHelpText(
      'after',
      `
Asks in this order: Permit's key and PDP, Logto's address and machine-to-machine application, the addresses of console and server, the first
administrator. Press Enter to accept an existing value. connect permit, connect logto, grant and doctor do the same without questions. You can
stop it at any point and run it again.`,
    )
    .action(async (options: InitOptions) => deps.exitWith(await init(options, deps)));
};

interface Question {
  readonly variable: string;
  readonly text: string;
  readonly isSecret?: boolean;
  readonly ifUnset?: string;
  readonly schema: z.ZodType<string>;
}

const secret = z.string().min(1);
/** The tenant whose administrators manage the whole installation. */
const tenant = 'default';

const ofPermit: readonly Question[] = [
  { variable: 'PERMIT_API_URL', text: "Permit's API", ifUnset: 'https://api.permit.io', schema: httpUrl },
  {
    variable: 'PERMIT_API_KEY',
    text: "The environment's API key, from Permit's settings",
    isSecret: true,
    schema: secret,
  },
  { variable: 'PERMIT_PDP_URL', text: 'The PDP', ifUnset: 'http://localhost:7766', schema: httpUrl },
];

const ofLogto: readonly Question[] = [
  { variable: 'LOGTO_ENDPOINT', text: 'Logto, for instance https://<tenant>.logto.app', schema: httpUrl },
  {
    variable: 'LOGTO_M2M_APP_ID',
    text: 'The App ID of a machine-to-machine application with the role "Logto Management API access"',
    schema: secret,
  },
  { variable: 'LOGTO_M2M_APP_SECRET', text: 'Its secret', isSecret: true, schema: secret },
  {
    variable: 'CONSOLE_URL',
    text: 'The URL of the console for users',
    ifUnset: 'http://localhost:5173',
    schema: httpOrigin,
  },
  {
    variable: 'LATCHKEY_URL',
    text: 'The URL by which Logto reaches the server',
    ifUnset: 'http://localhost:3000',
    schema: httpUrl,
  },
];

async function init({ settings: settingsPath }: InitOptions, deps: CommandDeps): Promise<ExitCode> {
  const { ask } = deps;
  if (ask === undefined) {
    throw new ActionableError('TERMINAL_NEEDED', {
      says: 'This command needs a terminal.',
      fix: 'connect permit, connect logto, grant and doctor do the same with options and settings: see their --help.',
    });
  }
  let settings: EnvironmentSource = await withoutUnconfirmedDevelopmentValues(deps.env(EveryVariable));
  const changes: PermitChange[] = [];
  const interactive: CommandDeps = {
    ...deps,
    env: (schema, given) => deps.env(schema, { ...settings, ...given }),
    // Reported after the checks, because the server is not running yet.
    reportChange: async (change) => void changes.push(change),
  };
  const askAll = async (questions: readonly Question[]): Promise<void> => {
    for (const question of questions) {
      const answer = await askUntilValid(question, settings[question.variable], { ask, warn: deps.warn }); // oxlint-disable-line no-await-in-loop -- sequential
      // After a custom address, drops the emulators' values, so that the questions about them have no default.
      settings = await withoutUnconfirmedDevelopmentValues({ ...settings, [question.variable]: answer }); // oxlint-disable-line no-await-in-loop
    }
  };

  deps.print('Permit.io');
  await askAll(ofPermit);
  const permit = await connectPermit({ settings: settingsPath, wait: 30 }, interactive);
  if (permit !== 0) return permit;

  deps.print('\nLogto');
  await askAll(ofLogto);
  const { CONSOLE_URL: origin = '', LATCHKEY_URL: server = '' } = settings;
  const logto = await connectLogto(
    { settings: settingsPath, console: [origin], server, wait: 0, test: false },
    interactive,
  );
  if (logto !== 0) return logto;

  // An undefined secret is read again from its file, which now has the new value.
  const inFiles = secretVariables.filter((name) => settings[`${name}_FILE`] !== undefined);
  settings = {
    ...settings,
    ...Object.fromEntries(inFiles.map((name) => [name, undefined])),
    ...(await readEnvFile(settingsPath)),
  };

  deps.print('\nAdministrators');
  const administrator = await ask("The first administrator's user id in Logto (Enter to skip): ");
  if (administrator !== '') await grantRole({ user: administrator, role: 'admin', tenant }, interactive);
  const machine = settings['LOGTO_M2M_APP_ID'] ?? '';
  if (
    (await deps.confirm?.(
      `Let ${machine} run directory sync from the command line, as an administrator?`,
    )) === true
  )
    await grantRole({ user: machine, role: 'admin', tenant }, interactive);

  deps.print('\nExamination');
  await ask(`Start the server with ${settingsPath}, or restart it, then press Enter: `);
  const code = await examineAll({}, interactive);
  for (const change of changes) await deps.reportChange?.(change, interactive); // oxlint-disable-line no-await-in-loop -- in order
  return code;
}

async function askUntilValid(
  { variable, text, isSecret = false, ifUnset, schema }: Question,
  present: string | undefined,
  { ask, warn }: { readonly ask: NonNullable<CommandDeps['ask']>; readonly warn: CommandDeps['warn'] },
): Promise<string> {
  const current = present === undefined || present === '' ? ifUnset : present;
  const offer = current === undefined ? '' : ` [${isSecret ? 'keep' : current}]`;
  for (;;) {
    const answer = await ask(`${text}${offer}: `, isSecret); // oxlint-disable-line no-await-in-loop -- until it is one
    const parsed = schema.safeParse(answer === '' ? (current ?? '') : answer);
    if (parsed.success) return parsed.data;
    warn(
      `${variable} ${answer === '' && current === undefined ? 'is required' : (parsed.error.issues[0]?.message ?? 'cannot be this')}.`,
    );
  }
}
