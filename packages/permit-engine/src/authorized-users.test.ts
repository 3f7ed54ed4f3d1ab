import { expect, test } from 'vitest';
import { resourceset, userset, worldOf, type SmallEnvironment } from '../test/document.ts';
import {
  authorizedUsers,
  worldFromDocument,
  type AuthorizedUsersQuery,
  type EngineOptions,
} from './index.ts';

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

const ask = (
  resource: AuthorizedUsersQuery['resource'],
  context: AuthorizedUsersQuery['context'] = {},
  options?: EngineOptions,
) => authorizedUsers(worldOf(environment), { action: 'read', resource, context }, options);

const assigned = (user: string, role: string, resource: string) => ({ user, role, resource, tenant: 'acme' });

test('for a type, tenant roles count', () => {
  expect(ask({ type: 'repo', tenant: 'acme' })).toEqual({
    resource: 'repo:*',
    tenant: 'acme',
    users: {
      both: [assigned('both', 'viewer', '__tenant:acme')],
      tess: [assigned('tess', 'viewer', '__tenant:acme')],
    },
  });
  expect(ask({ type: 'repo', tenant: 'acme', key: '' }).resource).toBe('repo:*');
});

test('for an instance, roles on it count too, listed with the assignment they derive from', () => {
  const answer = ask({ type: 'repo', key: 'opal', tenant: 'acme' });
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

test('the result is an empty record when no user is authorized', () => {
  expect(ask({ type: 'ghost', tenant: 'acme' }).users).toEqual({});
  const context = { enable_abac_authorized_users: true };
  expect(ask({ type: 'repo' }, context)).toEqual({ resource: 'repo:*', tenant: null, users: {} });
  expect(ask({ type: 'repo', key: 'opal' }, context).users).toEqual({});
  expect(ask({ type: 'repo', key: 'opal', tenant: null }, context).users).toEqual({});
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

test('roles on an instance count whichever tenant the query names', () => {
  const resource = { type: 'repo', key: 'opal', tenant: 'zeta' };
  expect(Object.keys(ask(resource).users)).toEqual(['__proto__', 'both', 'odd', 'owner']);
  expect(ask(resource).users['both']?.[0]?.tenant).toBe('zeta');
});

test('roles on instances are written as the documentation shows them, when the option is set', () => {
  const { users } = ask({ type: 'repo', key: 'opal', tenant: 'acme' }, {}, { plainRoleNames: true });
  expect(users['both']?.map(({ role }) => role)).toEqual(['viewer', 'reader']);
});

test('conditions count when the query asks for them', () => {
  const answer = ask({ type: 'repo', tenant: 'acme' }, { enable_abac_authorized_users: true });
  expect(answer.users['odd']).toEqual([assigned('odd', 'eng', '__autogen_repo')]);
  expect(answer.users['tess']).toEqual([
    assigned('tess', 'eng', '__autogen_repo'),
    assigned('tess', 'viewer', '__tenant:acme'),
  ]);
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

test('a user who is not synced is authorized by no role on an instance', () => {
  const world = worldFromDocument({
    users: {},
    tenants: { acme: {} },
    resource_types: { repo: { actions: ['read'] } },
    role_permissions: { repo: { reader: { grants: { repo: ['read'] } } } },
    role_assignments: { 'user:gone': { 'repo:opal': ['reader'] } },
  });
  const resource = { type: 'repo', key: 'opal', tenant: 'acme' };
  expect(authorizedUsers(world, { action: 'read', resource }).users).toEqual({});
});
