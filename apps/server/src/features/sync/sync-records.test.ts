import type { Operation } from '@latchkey/directory-sync';
import { expect, test } from 'vitest';
import { describeWithSubject } from './sync-records.ts';

const user = { key: 'ann', email: 'ann@private.example', firstName: 'Private', attributes: {} };
const viewer = { role: 'viewer', tenant: 'default' };
const owner = { role: 'owner', tenant: 'acme', instance: 'reports:1' };
const lastName = 'Private';
const tenant = { key: 'acme', name: 'Private', description: null, attributes: {} };

test.each<[string, Operation]>([
  [
    'ann: create-user viewer@default owner@acme#reports:1',
    { kind: 'create-user', user, grants: [viewer, owner] },
  ],
  ['ann: delete-user viewer@default', { kind: 'delete-user', key: 'ann', grants: [viewer] }],
  ['ann: update-user', { kind: 'update-user', user, lastName }],
  ['ann: assign viewer@default', { kind: 'assign', user: 'ann', grant: viewer }],
  ['ann: restore viewer@default', { kind: 'restore', user: 'ann', grant: viewer }],
  ['ann: unassign owner@acme#reports:1', { kind: 'unassign', user: 'ann', grant: owner }],
  ['acme: create-tenant', { kind: 'create-tenant', tenant }],
  ['acme: delete-tenant', { kind: 'delete-tenant', key: 'acme' }],
])('%s: kinds, keys and roles, no personal data', (text, operation) => {
  expect(describeWithSubject(operation)).toBe(text);
});
