import { expect, test } from 'vitest';
import { resourceset, userset, worldOf, type SmallEnvironment } from '../test/document.ts';
import { authorizedUsers } from './index.ts';

const environment: SmallEnvironment = {
  tenants: ['acme', 'zeta'],
  types: { repo: ['read'], org: ['own'] },
  users: {
    tess: { acme: ['viewer'], zeta: ['nothing'] },
    both: { acme: ['viewer'], 'repo:opal': ['reader'] },
    owner: { 'org:o': ['owner'], 'repo:opal': ['guest'] },
    other: { 'repo:other': ['reader'] },
    ['__proto__']: { 'repo:opal': ['reader'] },
    odd: { zeta: ['viewer'] },
  },
  userAttributes: { odd: { dept: 'eng' }, tess: { dept: 'eng' } },
  grants: {
    viewer: ['repo:read'],
    nothing: [],
    'repo#reader': ['repo:read'],
    'repo#guest': [],
    'org#owner': [],
  },
  instances: { 'repo:opal': 'acme', 'org:o': 'acme' },
  tuples: [['org:o', 'org', 'repo:opal']],
  derivations: {
    'repo#reader': { users_with_role: [{ role: 'owner', on_resource: 'org', linked_by_relation: 'org' }] },
  },
  sets: [userset('eng', { 'user.dept': { equals: 'eng' } }), { key: '__autogen_repo', type: 'resourceset' }],
  rules: [['eng', 'repo:read', '__autogen_repo']],
};

const assigned = (user: string, role: string, resource: string) => ({ user, role, resource, tenant: 'acme' });

test('for an instance, roles on it count too, listed with the assignment they derive from', () => {
  const resource = { type: 'repo', key: 'opal', tenant: 'acme' };
  const answer = authorizedUsers(worldOf(environment), { action: 'read', resource });
  expect(answer.resource).toBe('repo:opal');
  expect(Object.entries(answer.users)).toEqual([
    ['__proto__', [assigned('__proto__', 'repo:opal#reader', 'repo:opal')]],
    [
      'both',
      [assigned('both', 'viewer', '__tenant:acme'), assigned('both', 'repo:opal#reader', 'repo:opal')],
    ],
    ['owner', [assigned('owner', 'org:o#owner', 'org:o')]],
    ['tess', [assigned('tess', 'viewer', '__tenant:acme')]],
  ]);
});

test('without a key, no user is authorized by a role on an instance', () => {
  const world = worldOf({
    ...environment,
    users: { ann: { 'repo:': ['reader'], 'repo:null': ['reader'], 'repo:undefined': ['reader'] } },
  });
  for (const key of ['', null, undefined]) {
    const resource = { type: 'repo', tenant: 'acme', key };
    expect(authorizedUsers(world, { action: 'read', resource }).users).toEqual({});
  }
});

test('only those rules of a user set count that grant the action', () => {
  const world = worldOf({
    ...environment,
    sets: [...(environment.sets ?? []), resourceset('repos', 'repo')],
    rules: [...(environment.rules ?? []), ['eng', 'repo:write', 'repos']],
  });
  const context = { enable_abac_authorized_users: true };
  const { users } = authorizedUsers(world, {
    action: 'read',
    resource: { type: 'repo', tenant: 'acme' },
    context,
  });
  expect(users['odd']).toEqual([assigned('odd', 'eng', '__autogen_repo')]);
});
