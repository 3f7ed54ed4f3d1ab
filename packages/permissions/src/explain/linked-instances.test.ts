import { expect, test } from 'vitest';
import type { Facts } from '../facts/facts.ts';
import type { Policy } from '../core/policy.ts';
import { explain } from './explain.ts';

/**
 * Roles on a document derive from its folder (`constructor`, a name that every JavaScript object has), but not from a
 * folder that it only mentions.
 */
const policy: Policy = {
  resources: {
    folder: { actions: ['read'], roles: { reader: { permissions: ['read'] } } },
    document: {
      actions: ['read'],
      relations: { constructor: 'folder', mentioned: 'folder' },
      roles: {
        owner: { permissions: ['read'] },
        reader: {
          permissions: ['read'],
          derivedFrom: [{ role: 'reader', on: 'folder', via: 'constructor' }],
        },
      },
    },
  },
  roles: { member: { permissions: [] } },
  defaultRole: 'member',
};
const read = { subject: 'ann', tenant: 'acme', permission: 'document:read', instance: '1' };

test('a path follows only the relations that derive roles', () => {
  const facts: Facts = {
    users: { ann: { instanceRoles: { 'document:1': ['owner'], 'folder:mentions-it': ['reader'] } } },
    instances: {
      'folder:mentions-it': { tenant: 'acme' },
      'document:1': { tenant: 'acme', relations: { mentioned: 'folder:mentions-it' } },
    },
  };
  expect(explain({ policy, facts, check: read })).toMatchObject({
    outcome: 'allow',
    paths: [{ kind: 'instance-role', role: 'owner', object: 'document:1', derives: [] }],
  });
});

test('a link is a remedy only within one tenant, and only from an instance on which the user has a role', () => {
  const facts: Facts = {
    users: {
      ann: {
        roles: { acme: ['member'] },
        instanceRoles: { 'folder:here': ['reader'], 'folder:abroad': ['reader'], 'folder:other': ['other'] },
      },
    },
    instances: {
      'folder:here': { tenant: 'acme' },
      'folder:abroad': { tenant: 'globex' },
      'document:1': { tenant: 'acme' },
      'document:2': { tenant: 'globex' },
    },
  };
  const linksTo = (instance: string) => {
    const explanation = explain({ policy, facts, check: { ...read, instance } });
    const remedies = explanation.outcome === 'deny' ? explanation.remedies : [];
    return remedies.flatMap(({ changes }) => changes).filter(({ kind }) => kind === 'relation');
  };
  const link = { kind: 'relation', relation: 'constructor' };
  expect(linksTo('1')).toEqual([{ ...link, subject: 'folder:here', object: 'document:1' }]);
  expect(linksTo('2')).toEqual([{ ...link, subject: 'folder:abroad', object: 'document:2' }]);
  // Document 3 has no facts, so it would be created in the tenant of the check.
  expect(linksTo('3')).toEqual([{ ...link, subject: 'folder:here', object: 'document:3' }]);
});
