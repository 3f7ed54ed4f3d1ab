import { afterEach, expect, test, vi } from 'vitest';
import { withLatchkey, register } from './with-latchkey.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

test("a build needs no environment and preserves the app's configuration", () => {
  const config = {
    serverExternalPackages: ['sharp', 'undici'],
    experimental: { taint: true },
    basePath: '/a',
  };
  expect(withLatchkey(config)('phase-production-build')).toEqual({
    basePath: '/a',
    serverExternalPackages: ['sharp', 'undici', 'permitio'],
    experimental: { taint: true, authInterrupts: true },
  });
});

test.each(['phase-production-server', 'phase-development-server'])(
  'in %s names all missing and invalid variables, without their values',
  (phase) => {
    vi.stubEnv('BASE_URL', 'localhost:3000');
    vi.stubEnv('COOKIE_SECRET', 'too-short');
    vi.stubEnv('PERMIT_API_URL', '');
    expect(() => withLatchkey()(phase)).toThrow(
      expect.objectContaining({
        code: 'ENVIRONMENT_INVALID',
        message: `Latchkey cannot start. Fix these environment variables:
  BASE_URL must be a URL that starts with http:// or https://
  COOKIE_SECRET must have at least 32 characters
  LOGTO_ENDPOINT is missing
  LOGTO_APP_ID is missing
  LOGTO_APP_SECRET is missing
  LOGTO_WEBHOOK_SIGNING_KEY is missing
  LOGTO_M2M_APP_ID is missing
  LOGTO_M2M_APP_SECRET is missing
  PERMIT_API_KEY is missing
Set them in .env.local, or in the environment of the process.`,
      }),
    );
  },
);

test('`register` ends a server whose environment is incomplete, and names all variables', () => {
  vi.stubEnv('BASE_URL', 'http://app.example');
  const log = vi.spyOn(console, 'error').mockImplementation(() => {});
  const exit = vi.spyOn(process, 'exit').mockImplementation(() => {
    throw new Error('ended');
  });
  expect(() => register()).toThrow('ended');
  expect(exit).toHaveBeenCalledExactlyOnceWith(1);
  expect(log).toHaveBeenCalledExactlyOnceWith(
    expect.stringMatching(
      /^Latchkey cannot start[^]*COOKIE_SECRET is missing\n[^]*PERMIT_API_KEY is missing/,
    ),
  );
  for (const name of ['LOGTO_ENDPOINT', 'PERMIT_API_URL', 'PERMIT_PDP_URL']) vi.stubEnv(name, 'http://a');
  for (const name of ['LOGTO_APP_ID', 'LOGTO_APP_SECRET', 'LOGTO_WEBHOOK_SIGNING_KEY', 'PERMIT_API_KEY'])
    vi.stubEnv(name, name);
  for (const name of ['LOGTO_M2M_APP_ID', 'LOGTO_M2M_APP_SECRET']) vi.stubEnv(name, name);
  vi.stubEnv('COOKIE_SECRET', 'a secret of the tests, of more than 32 characters');
  expect(() => register()).not.toThrow();
});
