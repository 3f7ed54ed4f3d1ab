import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { z } from 'zod';
import {
  developmentSigningKey,
  developmentValues,
  developmentValuesInUse,
  unconfirmedDevelopmentValues,
  withoutDevelopmentValues,
  withoutUnconfirmedDevelopmentValues,
} from './development-values.ts';
import { parseEnvironment } from './parse-environment.ts';

const all = Object.fromEntries(developmentValues.map(({ variable, value }) => [variable, value]));
const emulators = {
  LOGTO_ENDPOINT: 'http://localhost:3001',
  PERMIT_API_URL: 'http://127.0.0.1:8000',
  PERMIT_PDP_URL: 'http://[::1]:7766',
};
const names = (source: Record<string, string>): string[] =>
  developmentValuesInUse(source).map((line) => line.split(' ')[0] ?? '');

test('development values are accepted with emulators and reserved addresses', () => {
  expect(names({ ...all, ...emulators })).toEqual([]);
  expect(names({ ...all, ...emulators, LOGTO_ENDPOINT: 'https://team.logto.example' })).toEqual([]);
  expect(names({ ...all, ...emulators, LOGTO_ENDPOINT: 'http://logto.localhost:3001' })).toEqual([]);
});

test.each([
  'https://team.logto.app',
  'https://localhost.evil.com',
  'http://10.0.0.7:3001',
  'http://logto:3001',
])('with Logto at %s, each of them is named, without its value', (endpoint) => {
  const source = { ...all, ...emulators, LOGTO_ENDPOINT: endpoint };
  expect(names(source)).toEqual([
    'LOGTO_APP_ID',
    'LOGTO_WEBHOOK_SIGNING_KEYS',
    'LOGTO_M2M_APP_ID',
    'LOGTO_M2M_APP_SECRET',
  ]);
  const text = developmentValuesInUse(source).join('\n');
  for (const { value } of developmentValues) expect(text).not.toContain(value);
});

test.each([
  { ...emulators, PERMIT_API_URL: 'https://api.permit.io' },
  { ...emulators, PERMIT_PDP_URL: 'https://pdp.company.com' },
  { PERMIT_PDP_URL: emulators.PERMIT_PDP_URL },
])('the development API key is refused with %j', (addresses) => {
  expect(names({ ...all, ...addresses })).toEqual(['PERMIT_API_KEY']);
});

test('one development key in a list of signing keys is enough', () => {
  const keys = `one-of-ours-that-is-long, ${all['LOGTO_WEBHOOK_SIGNING_KEYS']} `;
  const source = { LOGTO_ENDPOINT: 'https://team.logto.app', LOGTO_WEBHOOK_SIGNING_KEYS: keys };
  expect(names(source)).toEqual(['LOGTO_WEBHOOK_SIGNING_KEYS']);
});

test('removes them but no other values, and nothing with emulators', () => {
  const keys = `${all['LOGTO_WEBHOOK_SIGNING_KEYS']}, ours `;
  const live = {
    ...all,
    ...emulators,
    LOGTO_ENDPOINT: 'https://team.logto.app',
    LOGTO_WEBHOOK_SIGNING_KEYS: keys,
  };
  expect(withoutDevelopmentValues(live)).toEqual({
    ...live,
    LOGTO_APP_ID: '',
    LOGTO_WEBHOOK_SIGNING_KEYS: 'ours',
    LOGTO_M2M_APP_ID: '',
    LOGTO_M2M_APP_SECRET: '',
  });
  expect(withoutDevelopmentValues({ ...all, ...emulators })).toEqual({ ...all, ...emulators });
});

test('other values are accepted anywhere', () => {
  const own = Object.fromEntries(developmentValues.map(({ variable }) => [variable, 'ours']));
  expect(
    names({ ...own, LOGTO_ENDPOINT: 'https://team.logto.app', PERMIT_API_URL: 'https://api.permit.io' }),
  ).toEqual([]);
});

test('every app that parses its environment refuses them, and lists them with its other problems', () => {
  const source = { ...all, ...emulators, LOGTO_ENDPOINT: 'https://team.logto.app' };
  expect(() =>
    parseEnvironment(z.object({ PORT: z.string() }), source, (problems) => problems.join('\n')),
  ).toThrow(/^ {2}PORT is missing\n {2}LOGTO_APP_ID is the published development value/);
  expect(() => parseEnvironment(z.object({}), source, (problems) => problems.join('\n'))).toThrow(
    expect.objectContaining({ code: 'ENVIRONMENT_INVALID' }),
  );
});

/** Starts a local server that answers every path with this body. */
async function answering(body: string): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer((_request, response) => response.end(body)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, 'close');
    },
  };
}

test('on this machine they are accepted only with an emulator, recognized by its list of faults', async () => {
  await using emulator = await answering('[]');
  const keys = `ours,${developmentSigningKey}`;
  const source = { LOGTO_ENDPOINT: emulator.url, LOGTO_WEBHOOK_SIGNING_KEYS: keys };
  expect(await unconfirmedDevelopmentValues(source)).toEqual([]);
  expect(await withoutUnconfirmedDevelopmentValues(source)).toEqual(source);
});

test.each(['<!doctype html><title>Logto</title>', '{}', ''])(
  'on this machine they are dropped if the server there answers %j',
  async (body) => {
    await using real = await answering(body);
    const keys = `ours,${developmentSigningKey}`;
    const source = { LOGTO_ENDPOINT: real.url, LOGTO_WEBHOOK_SIGNING_KEYS: keys };
    expect(await unconfirmedDevelopmentValues(source)).toEqual([
      expect.stringMatching(/^LOGTO_WEBHOOK_SIGNING_KEYS .* no emulator answers at LOGTO_ENDPOINT/),
    ]);
    expect(await withoutUnconfirmedDevelopmentValues(source)).toEqual({
      ...source,
      LOGTO_WEBHOOK_SIGNING_KEYS: 'ours',
    });
  },
);

test('an address that does not answer has no emulator', async () => {
  const source = { LOGTO_ENDPOINT: 'http://127.0.0.1:9', LOGTO_WEBHOOK_SIGNING_KEYS: developmentSigningKey };
  expect(await unconfirmedDevelopmentValues(source)).toHaveLength(1);
});
