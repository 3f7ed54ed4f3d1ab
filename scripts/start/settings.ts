import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { developmentValuesInUse, EnvironmentError, withoutDevelopmentValues } from '@latchkey/environment';
import { secretVariables, withSecretFiles } from '@latchkey/environment/secret-files';
import { z } from 'zod';
import { MACHINE_APP } from './seed-users.ts';

/** The checkout's root. */
export const root = resolve(import.meta.dirname, '../..');

const port = z.coerce
  .number({ error: 'is not a port' })
  .int()
  .min(1, 'is not a port')
  .max(65_535, 'is not a port');
const emulatorPort = z.union([z.literal('off'), port], { error: 'is neither a port nor "off"' });
const url = z.url('is not a URL').transform((text) => text.replace(/\/+$/, ''));

/** The variables that `start` uses itself. It passes all variables to the children. */
const Variables = z.object({
  WEB_PORT: port,
  PORT: port,
  LOGTO_EMULATOR_PORT: emulatorPort,
  PERMIT_API_PORT: emulatorPort,
  PERMIT_PDP_PORT: port,
  DATA_DIR: z.string(),
  LOGTO_ENDPOINT: url,
  LOGTO_APP_ID: z.string(),
  LOGTO_API_RESOURCE: z.string(),
  LOGTO_WEBHOOK_SIGNING_KEYS: z.string(),
  PERMIT_API_URL: url,
  PERMIT_PDP_URL: url,
});
type Variables = z.output<typeof Variables>;

/** Which emulators run, their URLs, and the environment of the children. */
export interface Settings {
  readonly webUrl: string;
  readonly serverUrl: string;
  readonly dataDir: string;
  readonly appId: string;
  readonly apiResource: string;
  readonly webhookSigningKey: string;
  /** `buildTo`: the folder to build the web app into; undefined if WEB_DIST names a finished build. */
  readonly web: 'development' | { readonly buildTo: string | undefined };
  readonly logto: { readonly endpoint: string; readonly emulatorPort: number | undefined };
  readonly permit: {
    readonly apiUrl: string;
    readonly pdpUrl: string;
    readonly emulatorPorts: { readonly api: number; readonly pdp: number } | undefined;
  };
  /** The ports that must be free, each by the name of its variable. */
  readonly ports: ReadonlyMap<string, number>;
  readonly environment: Readonly<Record<string, string>>;
}

/** Whether fresh data gets a history (seed-past.ts): only with both emulators, and unless `SEED_PAST=off`. */
export const hasPast = ({ logto, permit, environment }: Settings): boolean =>
  logto.emulatorPort !== undefined &&
  permit.emulatorPorts !== undefined &&
  environment['SEED_PAST'] !== 'off';

/** A setting in `.env` or in the environment is invalid. `message` lists every problem, one per line. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

interface Mode {
  /** Whether Vite's development server serves the web app. Default: false, the server serves its production build. */
  readonly development?: boolean;
}

export type Source = Readonly<Record<string, string | undefined>>;

function readEnvFile(name: string): Source {
  const file = join(root, name);
  return existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {};
}

/**
 * Reads `.env.example`, then `.env`, then the real environment. The last one that sets a variable wins; an empty value
 * removes the variable.
 *
 * @throws {@link SettingsError} that lists every problem
 */
export function readSettings(environment: Source = process.env, mode: Mode = {}): Settings {
  return resolveSettings(readEnvFile('.env.example'), { ...readEnvFile('.env'), ...environment }, mode);
}

/**
 * The settings as text, without the emulators' values beside a live URL. Set-up commands run before the settings are
 * complete.
 */
export function readIncompleteSettings(environment: Source = process.env): Source {
  return withoutDevelopmentValues(
    present({ ...readEnvFile('.env.example'), ...readEnvFile('.env'), ...environment }),
  );
}

/** The CLI also writes into the files of secrets. Beside a file, the secret of `.env.example` is empty. */
export function readSecretFileVariables(environment: Source = process.env): Record<string, string> {
  const given = present({ ...readEnvFile('.env'), ...environment });
  return Object.fromEntries(
    secretVariables.flatMap((name) => {
      const file = given[`${name}_FILE`];
      return file === undefined ? [] : [[name, given[name] ?? ''] as const, [`${name}_FILE`, file] as const];
    }),
  );
}

function present(source: Source): Record<string, string> {
  return Object.fromEntries(
    Object.entries(source).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '',
    ),
  );
}

/**
 * @param defaults - `.env.example`; its URLs mean "the emulator", regardless of its port
 * @param given - `.env` and the real environment
 * @throws {@link SettingsError} that lists every problem
 */
export function resolveSettings(
  defaults: Source,
  given: Source,
  { development = false }: Mode = {},
): Settings {
  const all = present({ ...defaults, ...readSecretFiles(given) });
  const parsed = Variables.safeParse(all);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`);
    throw new SettingsError(problems.join('\n'));
  }
  const variables = parsed.data;
  // With the example's webhook key, anyone could sign a webhook for a live server.
  const published = developmentValuesInUse(all);
  if (published.length > 0) throw new SettingsError(published.join('\n'));
  const logto = resolveLogto(variables, defaults);
  const permit = resolvePermit(variables, defaults);
  const serverUrl = `http://localhost:${variables.PORT}`;
  const webUrl = `http://localhost:${variables.WEB_PORT}`;
  const dataDir = resolve(root, variables.DATA_DIR);
  return {
    webUrl,
    serverUrl,
    dataDir,
    appId: variables.LOGTO_APP_ID,
    apiResource: variables.LOGTO_API_RESOURCE,
    web: development
      ? 'development'
      : { buildTo: all['WEB_DIST'] === undefined ? join(dataDir, 'web') : undefined },
    webhookSigningKey: variables.LOGTO_WEBHOOK_SIGNING_KEYS.split(',')[0]?.trim() ?? '',
    logto,
    permit,
    ports: new Map([
      ['WEB_PORT', variables.WEB_PORT],
      ['PORT', variables.PORT],
      ...(logto.emulatorPort === undefined ? [] : [['LOGTO_EMULATOR_PORT', logto.emulatorPort] as const]),
      ...(permit.emulatorPorts === undefined
        ? []
        : [
            ['PERMIT_API_PORT', permit.emulatorPorts.api] as const,
            ['PERMIT_PDP_PORT', permit.emulatorPorts.pdp] as const,
          ]),
    ]),
    environment: {
      ...(logto.emulatorPort !== undefined && {
        // The seed creates this application in the emulator. In a live Logto, an administrator creates it.
        LOGTO_M2M_APP_ID: MACHINE_APP.id,
        LOGTO_M2M_APP_SECRET: MACHINE_APP.secret,
        LOGTO_CONSOLE_URL: `${logto.endpoint}/console`,
      }),
      ...(permit.emulatorPorts !== undefined && { PERMIT_CONSOLE_URL: `${permit.apiUrl}/` }),
      LATCHKEY_URL: serverUrl,
      CONSOLE_URL: webUrl,
      ...all,
      // Overrides the real environment, which the children inherit: they use the secret and not its file.
      ...Object.fromEntries(
        secretVariables
          .map((name) => [`${name}_FILE`, ''])
          .filter(([name = '']) => given[name] !== undefined),
      ),
      ...(development ? {} : { WEB_DIST: resolve(root, all['WEB_DIST'] ?? join(dataDir, 'web')) }),
      DATA_DIR: dataDir,
      SERVER_URL: serverUrl,
      LOGTO_ENDPOINT: logto.endpoint,
      PERMIT_API_URL: permit.apiUrl,
      PERMIT_PDP_URL: permit.pdpUrl,
    },
  };
}

/** A secret file takes precedence over the example's secret. */
function readSecretFiles(given: Source): Source {
  try {
    return withSecretFiles(given, (problems) => problems.join('\n'));
  } catch (error) {
    if (error instanceof EnvironmentError) throw new SettingsError(error.message);
    throw error;
  }
}

function resolveLogto(variables: Variables, defaults: Source): Settings['logto'] {
  const { LOGTO_EMULATOR_PORT: wanted, LOGTO_ENDPOINT: endpoint } = variables;
  if (wanted === 'off') return { endpoint, emulatorPort: undefined };
  const own = `http://localhost:${wanted}`;
  const emulated = endpoint === defaults['LOGTO_ENDPOINT'] || endpoint === own;
  return emulated ? { endpoint: own, emulatorPort: wanted } : { endpoint, emulatorPort: undefined };
}

function resolvePermit(variables: Variables, defaults: Source): Settings['permit'] {
  const {
    PERMIT_API_PORT: api,
    PERMIT_PDP_PORT: pdp,
    PERMIT_API_URL: apiUrl,
    PERMIT_PDP_URL: pdpUrl,
  } = variables;
  if (api === 'off') return { apiUrl, pdpUrl, emulatorPorts: undefined };
  const own = { apiUrl: `http://localhost:${api}`, pdpUrl: `http://localhost:${pdp}` };
  const apiEmulated = apiUrl === defaults['PERMIT_API_URL'] || apiUrl === own.apiUrl;
  const pdpEmulated = pdpUrl === defaults['PERMIT_PDP_URL'] || pdpUrl === own.pdpUrl;
  if (apiEmulated && !pdpEmulated) {
    throw new SettingsError(
      `PERMIT_PDP_URL is ${pdpUrl}, but PERMIT_API_URL is still the emulator's: set both`,
    );
  }
  // With a live API, the default PDP URL means Permit's PDP container, which uses the same port as the emulator's PDP.
  return apiEmulated ? { ...own, emulatorPorts: { api, pdp } } : { apiUrl, pdpUrl, emulatorPorts: undefined };
}
