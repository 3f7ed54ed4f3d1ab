import { start, type Emulator } from '@latchkey/permit-emulator';
import { Permit } from 'permitio';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { PermitManagementOptions } from '../../permit/permit-caller.ts';
import { testPolicy } from '../../testing/fixtures/test-policy.ts';
import { applyPolicy } from './apply-policy.ts';

let emulator: Emulator;
let management: PermitManagementOptions;
let sdk: Permit;
beforeAll(async () => {
  emulator = await start({ port: 0, pdpPort: 0 });
  const apiKey = emulator.keys.environment;
  management = { apiUrl: emulator.url, apiKey };
  sdk = new Permit({ token: apiKey, apiUrl: emulator.url, log: { level: 'silent' } });
});
afterAll(() => emulator.close());
afterEach(() => {
  emulator.reset();
});

test('the first applyPolicy creates everything, the second changes nothing, and drift is corrected', async () => {
  const first = await applyPolicy(testPolicy, management);
  expect(first.map(({ kind, key }) => `${kind} ${key}`)).toEqual([
    'resource reports',
    'resource role reports#owner',
    'resource role reports#reader',
    'resource members',
    'role viewer',
    'role editor',
    'role admin',
  ]);
  expect(new Set(first.map(({ change }) => change))).toEqual(new Set(['created']));
  const second = await applyPolicy(testPolicy, management);
  expect(new Set(second.map(({ change }) => change))).toEqual(new Set(['unchanged']));

  await sdk.api.roles.removePermissions('editor', ['reports:create']);
  await sdk.api.resourceRoles.assignPermissions('reports', 'reader', ['publish']);
  const third = await applyPolicy(testPolicy, management);
  expect(third.filter(({ change }) => change === 'updated').map(({ key }) => key)).toEqual([
    'reports#reader',
    'editor',
  ]);
  expect((await sdk.api.roles.get('editor')).permissions).toEqual(['reports:view', 'reports:create']);
});

test('applyPolicy returns every object and reports the changed ones', async () => {
  await applyPolicy(testPolicy, management);
  const reported: string[] = [];
  const second = await applyPolicy(testPolicy, management, ({ key }) => reported.push(key));
  expect(new Set(second.map(({ change }) => change))).toEqual(new Set(['unchanged']));
  expect([second.length, reported]).toEqual([7, []]);
});
