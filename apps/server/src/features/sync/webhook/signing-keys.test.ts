import { developmentSigningKey } from '@latchkey/environment';
import { expect, test } from 'vitest';
import { serve } from '../../../testing/serve.ts';
import { createSigningKeys } from './signing-keys.ts';

test('accepts the published key beside an emulator', async () => {
  await using emulator = await serve((_request, response) => response.end('[]'));
  const keys = ['ours', developmentSigningKey];
  expect(await createSigningKeys(keys, emulator.url)()).toEqual(keys);
});

test('refuses it beside a real Logto on the same machine, which answers unknown paths with a page', async () => {
  let asked = 0;
  await using real = await serve((_request, response) => {
    asked += 1;
    response.end('<!doctype html>');
  });
  const signingKeys = createSigningKeys(['ours', developmentSigningKey], real.url);
  expect(await signingKeys()).toEqual(['ours']);
  await Promise.all(Array.from({ length: 20 }, signingKeys));
  // Forged deliveries do not trigger a request each time.
  expect(asked).toBe(1);
});

test('without the published key makes no request', async () => {
  expect(await createSigningKeys(['ours'], 'http://127.0.0.1:9')()).toEqual(['ours']);
});
