import { expect, test } from 'vitest';
import { worldOf, type SmallEnvironment } from '../test/document.ts';
import { allTenants, userTenants } from './index.ts';

const environment: SmallEnvironment = {
  tenants: ['acme', 'zeta', 'tesla'],
  tenantAttributes: { tesla: { plan: 'pro' } },
  types: { doc: ['read'] },
  users: { ann: { tesla: ['viewer'], zeta: ['viewer'], acme: ['tenant-association'], gone: ['viewer'] } },
  grants: { viewer: ['doc:read'] },
  debug: true,
};
const world = worldOf(environment);

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
