import { expect, test } from 'vitest';
import { worldOf } from '../test/document.ts';
import { filterObjects } from './index.ts';

test('keeps the resources on which the user may act, in their order', () => {
  const world = worldOf({
    users: { ann: { acme: ['viewer'], 'doc:d': ['reader'] } },
    tenants: ['acme', 'zeta'],
    types: { doc: ['read'], task: ['read'] },
    grants: { viewer: ['task:read'], 'doc#reader': ['doc:read'] },
  });
  const resources = [
    { type: 'task', tenant: 'acme', key: '2' },
    { type: 'doc', tenant: 'acme', key: 'other' },
    { type: 'doc', tenant: 'acme', key: 'd' },
    { type: 'task', tenant: 'zeta', key: '1' },
    { type: 'task', tenant: 'acme', key: '1' },
  ];
  const kept = filterObjects(world, { user: { key: 'ann' }, action: 'read', resources });
  expect(kept).toEqual([resources[0], resources[2], resources[4]]);
});
