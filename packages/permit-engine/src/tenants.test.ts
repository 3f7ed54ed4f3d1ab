import { expect, test } from 'vitest';
import { userset, worldOf, type SmallEnvironment } from '../test/document.ts';
import { allTenants, userTenants, type JsonObject } from './index.ts';

const environment: SmallEnvironment = {
  tenants: ['acme', 'zeta', 'tesla'],
  tenantAttributes: { tesla: { plan: 'pro' } },
  types: { doc: ['read'] },
  users: { ann: { tesla: ['viewer'], zeta: ['viewer'], acme: ['tenant-association'], gone: ['viewer'] } },
  grants: { viewer: ['doc:read'] },
  sets: [userset('eng', { 'user.dept': { equals: 'eng' } }), { key: '__autogen_doc', type: 'resourceset' }],
  rules: [['eng', 'doc:read', '__autogen_doc']],
  debug: true,
};
const world = worldOf(environment);

const ask = (key: string, attributes: JsonObject = {}) =>
  allTenants(world, {
    user: { key, attributes },
    action: 'read',
    resource: { type: 'doc', tenant: 'ignored' },
  });
const tenants = (answers: ReturnType<typeof ask>) => answers.map(({ tenant }) => tenant.key);

test('checks the tenants in which the user has roles', () => {
  expect(tenants(ask('ann'))).toEqual(['tesla', 'zeta']);
  expect(ask('ann')[0]).toMatchObject({
    allow: true,
    allowing_sources: ['rbac'],
    debugger_activated: true,
    __data_use_debugger: true,
    __input_use_debugger: null,
    tenant: { key: 'tesla', attributes: { plan: 'pro' } },
    debug: { rbac: { code: 'allow' }, request: { tenant: 'tesla' } },
  });
});

test('checks every tenant for a user who is not synced', () => {
  expect(tenants(ask('nobody'))).toEqual([]);
  expect(tenants(ask('nobody', { dept: 'eng' })).toSorted()).toEqual(['acme', 'tesla', 'zeta']);
});

test('leaves ABAC out of its debug output, as the vendor does', () => {
  const [answer] = ask('nobody', { dept: 'eng' });
  expect(answer?.allowing_sources).toEqual(['abac']);
  expect(answer?.debug).not.toHaveProperty('abac');
  expect(answer?.debug?.rbac?.code).toBe('user_not_synced');
});

test('has no debug output when debug is off', () => {
  const query = { user: { key: 'ann' }, action: 'read', resource: { type: 'doc' }, use_debugger: false };
  const [answer] = allTenants(world, query);
  expect(answer).not.toHaveProperty('debug');
  expect(answer).toMatchObject({ debugger_activated: false, __input_use_debugger: false });
});

test('userTenants lists the tenants in which the user has a role', () => {
  expect(userTenants(world, { user: { key: 'ann' } })).toEqual([
    { key: 'zeta', attributes: {} },
    { key: 'tesla', attributes: { plan: 'pro' } },
  ]);
  expect(userTenants(world, { user: { key: 'nobody' } })).toEqual([]);
});
