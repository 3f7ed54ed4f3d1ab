import { EnvironmentError } from '@latchkey/environment';
import { expect, test } from 'vitest';
import { readEnv, removedVariablesIn } from './env.ts';
import { settingsFromEnv } from './wiring/settings-from-env.ts';

const working = {
  LOGTO_ENDPOINT: 'http://localhost:3001/',
  LOGTO_APP_ID: 'latchkey-web',
  LOGTO_API_RESOURCE: 'https://api.latchkey.example',
  LOGTO_WEBHOOK_SIGNING_KEYS: 'abcdefghijklmnopqrstuvwxyz012345, another-key-of-32-characters-000',
  PERMIT_PDP_URL: 'http://localhost:7766',
  PERMIT_API_KEY: 'permit_key_x',
};

const problemsOf = (source: Record<string, string>): string[] => {
  try {
    readEnv(source);
    return [];
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    return error.message
      .split('\n')
      .filter((line) => line.startsWith('  '))
      .map((line) => line.trim());
  }
};

test('variables with defaults are optional, and trailing slashes and blanks are accepted', () => {
  expect(readEnv(working)).toMatchObject({
    PORT: 3000,
    HOST: '127.0.0.1',
    LOGTO_ENDPOINT: 'http://localhost:3001',
    PERMIT_API_URL: 'https://api.permit.io',
    LOGTO_WEBHOOK_SIGNING_KEYS: ['abcdefghijklmnopqrstuvwxyz012345', 'another-key-of-32-characters-000'],
  });
});

test('a removed variable does not stop the start, and is listed while it is set', () => {
  const source = { ...working, TRPC_ADAPTER: 'none', RATE_LIMIT_CALLS: '-1', AUDIT_SPILL_DIR: '' };
  expect(readEnv(source)).toEqual(readEnv(working));
  expect(removedVariablesIn(source)).toEqual(['RATE_LIMIT_CALLS', 'TRPC_ADAPTER']);
});

const trusted = (ids: string) => readEnv({ ...working, LOGTO_TRUSTED_APP_IDS: ids }).LOGTO_TRUSTED_APP_IDS;

test('lists other trusted applications by id, and has none by default', () => {
  expect([trusted('support, partner,'), trusted(' , '), trusted('')]).toEqual([
    ['support', 'partner'],
    [],
    undefined,
  ]);
});

test('LOGTO_REFUSED_KEYS reaches the token verifier', () => {
  expect(settingsFromEnv(readEnv({ ...working, LOGTO_REFUSED_KEYS: 'one, two' })).tokens).toMatchObject({
    refusedKeys: ['one', 'two'],
  });
});

test('lists all problems together, by variable name', () => {
  expect(problemsOf({}).map((line) => line.split(' ')[0])).toEqual([
    'LOGTO_ENDPOINT',
    'LOGTO_APP_ID',
    'LOGTO_API_RESOURCE',
    'LOGTO_WEBHOOK_SIGNING_KEYS',
    'PERMIT_PDP_URL',
    'PERMIT_API_KEY',
  ]);
});

test.each([
  ['PORT', '99999'],
  ['PORT', 'http'],
  ['LOG_LEVEL', 'loud'],
  ['DATABASE_URL', 'mysql://localhost/x'],
  ['LOGTO_ENDPOINT', 'localhost:3001'],
  ['LOGTO_API_RESOURCE', 'api'],
  ['LOGTO_WEBHOOK_SIGNING_KEYS', 'short'],
  ['PERMIT_API_KEY', 'secret-value'],
])('%s=%s is one problem, and the message omits the value', (name, value) => {
  const problems = problemsOf({ ...working, [name]: value });
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(new RegExp(`^${name} `));
  expect(problems[0]).not.toContain('secret-value');
});

test.each([
  ['off', undefined],
  ['1', 1],
  ['loopback, 10.0.0.0/8,2001:db8::/32', ['loopback', '10.0.0.0/8', '2001:db8::/32']],
  ['192.0.2.1', ['192.0.2.1']],
])('TRUST_PROXY=%s is %j', (TRUST_PROXY, trusted) => {
  expect(readEnv({ ...working, TRUST_PROXY }).TRUST_PROXY).toEqual(trusted);
});

test.each([
  'true',
  '0',
  '100',
  '-1',
  '0.0.0.0/0',
  '::/0',
  '10.0.0.0/33',
  '10.0.0.0/8/8',
  'proxy.example',
  '1,2',
])('TRUST_PROXY=%s would trust every client, or is not a proxy', (TRUST_PROXY) => {
  expect(problemsOf({ ...working, TRUST_PROXY })).toEqual([expect.stringMatching(/^TRUST_PROXY /)]);
});

test('an empty variable counts as missing', () => {
  expect(problemsOf({ ...working, PERMIT_API_KEY: '' })).toEqual(['PERMIT_API_KEY is missing']);
});

test.each([
  ['AUDIT_STREAM_SECRET', { AUDIT_STREAM_URL: 'https://siem.example' }],
  ['REQUESTS_WEBHOOK_SECRET', { REQUESTS_WEBHOOK_URL: 'https://hooks.slack.com/services/T/B/x' }],
  [
    'REQUESTS_WEBHOOK_SECRET',
    { REQUESTS_WEBHOOK_URL: 'https://x.example', REQUESTS_WEBHOOK_SECRET: 'short' },
  ],
  ['REQUESTS_WEBHOOK_URL', { REQUESTS_WEBHOOK_URL: 'ftp://x.example' }],
  ['SMTP_FROM', { SMTP_URL: 'smtp://localhost:25' }],
  ['SMTP_URL', { SMTP_URL: 'localhost:25', SMTP_FROM: 'a@b.example' }],
])('a notice that cannot be sent is reported at start-up: %s', (name, wrong) => {
  expect(problemsOf({ ...working, ...wrong }).some((line) => line.startsWith(name))).toBe(true);
});
