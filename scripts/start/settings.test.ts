import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { developmentValues } from '@latchkey/environment';
import { expect, test } from 'vitest';
import { describeSettings } from './report.ts';
import { MACHINE_APP } from './seed-users.ts';
import {
  readIncompleteSettings,
  readSecretFileVariables,
  resolveSettings,
  root,
  SettingsError,
} from './settings.ts';

const example = parseEnv(readFileSync(join(root, '.env.example'), 'utf8'));

test('.env.example alone runs everything on the emulators', () => {
  const { ports, logto, permit, environment } = resolveSettings(example, {});
  expect(Object.fromEntries(ports)).toEqual({
    WEB_PORT: 5173,
    PORT: 3000,
    LOGTO_EMULATOR_PORT: 3001,
    PERMIT_API_PORT: 8000,
    PERMIT_PDP_PORT: 7766,
  });
  expect(logto).toEqual({ endpoint: 'http://localhost:3001', emulatorPort: 3001 });
  expect(permit.emulatorPorts).toEqual({ api: 8000, pdp: 7766 });
  expect(environment).toMatchObject({
    SERVER_URL: 'http://localhost:3000',
    LATCHKEY_URL: 'http://localhost:3000',
    DATA_DIR: join(root, '.data'),
  });
});

test('an emulator on another port has another URL', () => {
  const { logto, permit, environment } = resolveSettings(example, {
    LOGTO_EMULATOR_PORT: '4001',
    PERMIT_API_PORT: '9000',
    PERMIT_PDP_PORT: '9001',
  });
  expect(logto.endpoint).toBe('http://localhost:4001');
  expect(permit).toMatchObject({ apiUrl: 'http://localhost:9000', pdpUrl: 'http://localhost:9001' });
  expect(environment).toMatchObject({
    LOGTO_ENDPOINT: 'http://localhost:4001',
    PERMIT_API_URL: 'http://localhost:9000',
    PERMIT_PDP_URL: 'http://localhost:9001',
  });
});

const live = {
  LOGTO_ENDPOINT: 'https://team.logto.app/',
  LOGTO_APP_ID: 'theirs',
  LOGTO_WEBHOOK_SIGNING_KEYS: 'theirs-and-long-enough',
  PERMIT_API_URL: 'https://api.permit.io',
  PERMIT_API_KEY: 'permit_key_theirs',
};

test("live URLs start no emulator; the default PDP URL then means Permit's own container", () => {
  const { ports, logto, permit } = resolveSettings(example, live);
  expect([...ports.keys()]).toEqual(['WEB_PORT', 'PORT']);
  expect(logto).toEqual({ endpoint: 'https://team.logto.app', emulatorPort: undefined });
  expect(permit).toMatchObject({ pdpUrl: 'http://localhost:7766', emulatorPorts: undefined });
});

test("the line of --json has the emulator's Permit key, and no live one", () => {
  expect(describeSettings(resolveSettings(example, {}))).toHaveProperty(
    'permitApiKey',
    example['PERMIT_API_KEY'],
  );
  expect(JSON.stringify(describeSettings(resolveSettings(example, live)))).not.toContain(live.PERMIT_API_KEY);
});

test('"off" starts no emulator, even with the default URL', () => {
  const { logto, permit } = resolveSettings(example, { LOGTO_EMULATOR_PORT: 'off', PERMIT_API_PORT: 'off' });
  expect(logto).toEqual({ endpoint: 'http://localhost:3001', emulatorPort: undefined });
  expect(permit).toMatchObject({ apiUrl: 'http://localhost:8000', emulatorPorts: undefined });
});

const known: Record<string, string | undefined> = {
  ...example,
  LOGTO_M2M_APP_ID: MACHINE_APP.id,
  LOGTO_M2M_APP_SECRET: MACHINE_APP.secret,
};

test.each(developmentValues)(
  'refuses $variable of .env.example or of the seed together with a live URL',
  ({ variable, value }) => {
    expect(known[variable]).toBe(value);
    const settings = () => resolveSettings(example, { ...live, [variable]: value });
    expect(settings).toThrow(SettingsError);
    expect(settings).toThrow(new RegExp(`^${variable} `));
  },
);

test('refuses a live PDP together with the emulated API', () => {
  expect(() => resolveSettings(example, { PERMIT_PDP_URL: 'https://cloudpdp.api.permit.io' })).toThrow(
    SettingsError,
  );
});

test('lists every invalid value', () => {
  const wrong = { PORT: 'x', WEB_PORT: '0', LOGTO_ENDPOINT: 'nowhere' };
  expect(() => resolveSettings(example, wrong)).toThrow(/^WEB_PORT .*\nPORT .*\nLOGTO_ENDPOINT /);
});

test('an empty variable removes the value that a file sets', () => {
  expect(resolveSettings({ ...example, DATABASE_URL: 'postgres://x' }, {}).environment).toHaveProperty(
    'DATABASE_URL',
  );
  const { environment } = resolveSettings({ ...example, DATABASE_URL: 'postgres://x' }, { DATABASE_URL: '' });
  expect(environment).not.toHaveProperty('DATABASE_URL');
});

test("set-up commands accept a live URL alone: the emulators' values are empty beside it", () => {
  const settings = readIncompleteSettings({ LOGTO_ENDPOINT: 'https://acme.logto.app' });
  expect(settings).toMatchObject({
    LOGTO_ENDPOINT: 'https://acme.logto.app',
    LOGTO_APP_ID: '',
    LOGTO_WEBHOOK_SIGNING_KEYS: '',
    PERMIT_API_KEY: example['PERMIT_API_KEY'],
  });
});

test("a secret file takes precedence over the example's secret, and only the secret is passed to children", () => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-settings-'));
  const file = join(folder, 'permit');
  writeFileSync(file, 'permit_key_from_file\n');
  try {
    const { environment } = resolveSettings(example, { PERMIT_API_KEY_FILE: file });
    expect(environment['PERMIT_API_KEY']).toBe('permit_key_from_file');
    // Children also inherit the real environment, which names the file.
    expect(environment['PERMIT_API_KEY_FILE']).toBe('');
    // The CLI also writes into the file.
    expect(readSecretFileVariables({ PERMIT_API_KEY_FILE: file })).toEqual({
      PERMIT_API_KEY: '',
      PERMIT_API_KEY_FILE: file,
    });
    expect(() => resolveSettings(example, { PERMIT_API_KEY_FILE: join(folder, 'gone') })).toThrow(
      SettingsError,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
