import { start } from '@latchkey/permit-emulator';
import { Permit } from 'permitio';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { definePolicy } from '../core/define-policy.ts';
import type { Policy } from '../core/policy.ts';
import { testPolicy } from '../testing/fixtures/test-policy.ts';
import { applyPolicy } from '../policy-as-code/apply/apply-plan.ts';
import { createPermitDecider } from './permit-decider.ts';
import { createPermitDirectory, type PermitDirectory } from './permit-directory.ts';
import type { Invalidation } from './invalidations.ts';
import { PermitApiError } from '../core/errors.ts';
import type { PermitManagementOptions } from './client/permit-client.ts';

const emulator = await start({ port: 0, pdpPort: 0 });
const apiKey = emulator.keys.environment;
const management: PermitManagementOptions & { readonly policy: typeof testPolicy } = {
  policy: testPolicy,
  apiUrl: emulator.url,
  apiKey,
  deadline: 30_000,
};
const directory = createPermitDirectory(management);
const decider = createPermitDecider({ policy: testPolicy, url: emulator.pdpUrl, apiKey, deadline: 30_000 });
const sdk = new Permit({
  token: apiKey,
  apiUrl: emulator.url,
  pdp: emulator.pdpUrl,
  log: { level: 'silent' },
});
afterAll(async () => {
  await decider.close();
  await emulator.close();
});
beforeEach(() => applyPolicy(testPolicy, management));
afterEach(() => {
  emulator.faults.clear();
  emulator.reset();
});

const viewer = { role: 'viewer', tenant: 'default' } as const;

test('a new user gets the role; for an existing user only profile fields change', async () => {
  expect(
    await directory.provisionUser({ key: 'ann', email: 'ann@example.test', firstName: 'Ann' }, viewer),
  ).toBe('created');
  await directory.unassignRole({ user: 'ann', ...viewer });
  expect(await directory.provisionUser({ key: 'ann', firstName: 'Anna' }, viewer)).toBe('updated');
  expect(await sdk.api.users.get('ann')).toMatchObject({
    email: 'ann@example.test',
    first_name: 'Anna',
    roles: [],
  });
});

test('two concurrent calls create one user with one role', async () => {
  const both = await Promise.all([1, 2].map(() => directory.provisionUser({ key: 'bob' }, viewer)));
  expect(both.toSorted()).toEqual(['created', 'updated']);
  expect((await sdk.api.users.get('bob')).roles).toEqual([viewer]);
});

test('the result distinguishes a change from a no-op', async () => {
  await directory.provisionUser({ key: 'cat' }, viewer);
  const owner = { user: 'cat', role: 'owner', tenant: 'default', instance: 'reports:1' } as const;
  expect([await directory.assignRole(owner), await directory.assignRole(owner)]).toEqual([
    'assigned',
    'already',
  ]);
  expect([await directory.unassignRole(owner), await directory.unassignRole(owner)]).toEqual([
    'removed',
    'absent',
  ]);
  await directory.assignRole(owner);
  expect([await directory.removeInstance('reports:1'), await directory.removeInstance('reports:1')]).toEqual([
    'removed',
    'absent',
  ]);
});

test('a link and a role are stored together, or the new link is removed again', async () => {
  const policy = definePolicy({
    resources: {
      folders: { actions: ['view'], roles: { reader: { permissions: ['view'] } } },
      files: {
        actions: ['view'],
        relations: { parent: 'folders' },
        roles: { owner: { permissions: ['view'] } },
      },
    },
    roles: { viewer: { permissions: [] } },
    defaultRole: 'viewer',
  });
  await applyPolicy(policy, management);
  const files = createPermitDirectory({ ...management, policy });
  await files.provisionUser({ key: 'dan' }, viewer);
  const link = { subject: 'folders:plans', relation: 'parent', object: 'files:1' } as const;
  const owner = { user: 'dan', role: 'owner', tenant: 'default', instance: 'files:1' } as const;
  const unknown = { ...owner, user: 'ghost' };

  await expect(files.linkAndAssign(link, unknown)).rejects.toMatchObject({ status: 404 });
  expect(await files.unlink(link)).toBe('absent');

  emulator.faults.add({ method: 'DELETE', path: '/v2/facts/*', status: 503, count: 1 });
  await expect(files.linkAndAssign(link, unknown)).rejects.toMatchObject({
    permitStatus: 404,
    detail: expect.stringContaining('the link stays'),
  });
  expect(await files.link(link, 'default')).toBe('already');

  // A link that was there before stays.
  await expect(files.linkAndAssign(link, unknown)).rejects.toMatchObject({ status: 404 });
  expect(await files.unlink(link)).toBe('removed');

  await files.linkAndAssign(link, owner);
  expect([await files.link(link, 'default'), await files.assignRole(owner)]).toEqual(['already', 'already']);
});

test('a name that the policy does not have is an error, before anything is written', async () => {
  const changes: Invalidation[] = [];
  const untyped: PermitDirectory<Policy> = createPermitDirectory({
    ...management,
    onChange: (one) => void changes.push(one),
  });
  const dan = { user: 'dan', tenant: 'default' };
  const errors = await Promise.all(
    [
      untyped.provisionUser({ key: 'dan' }, { role: 'vewer', tenant: 'default' }),
      untyped.assignRole({ ...dan, role: 'owner' }),
      untyped.assignRole({ ...dan, role: 'viewer', instance: 'reports:1' }),
      untyped.assignRole({ ...dan, role: 'owner', instance: 'report:1' }),
      untyped.assignRole({ ...dan, role: 'owner', instance: '1' }),
      untyped.assignRole({ ...dan, role: 'owner', instance: 'members:1' }),
    ].map((write) => write.catch((error: unknown) => error)),
  );
  expect(errors).toMatchObject(
    [
      'The policy has no tenant role "vewer". Known: viewer, editor, admin.',
      'The policy has no tenant role "owner". Known: viewer, editor, admin.',
      'The policy has no role on reports "viewer". Known: owner, reader.',
      'The policy has no resource "report". Known: reports, members.',
      '"1" is not an instance: write it as "resource:key".',
      'The policy has no role on members "owner". Known: none.',
    ].map((message) => ({ name: 'NotInPolicyError', code: 'NOT_IN_POLICY', message })),
  );
  expect(changes).toEqual([]);
  expect(await directory.findUser('dan')).toBeUndefined();
});

test('a removal accepts names that only an earlier policy had; a misspelled name is an error', async () => {
  const untyped: PermitDirectory<Policy> = directory;
  await directory.provisionUser({ key: 'cat' }, viewer);
  await sdk.api.roles.create({ key: 'guest', name: 'Guest' });
  const guest = { user: 'cat', tenant: 'default', role: 'guest' };
  await sdk.api.users.assignRole(guest);
  expect(await untyped.unassignRole(guest)).toBe('removed');
  const error = { code: 'NOT_IN_POLICY' };
  await expect(untyped.unassignRole(guest)).rejects.toMatchObject(error);
  await expect(untyped.removeInstance('report:1')).rejects.toMatchObject(error);
});

test('links instances along the relations of the policy, and refuses others', async () => {
  const policy = definePolicy({
    resources: {
      folders: { actions: ['view'], roles: { reader: { permissions: ['view'] } } },
      files: { actions: ['view'], relations: { parent: 'folders' } },
    },
    roles: { member: { permissions: [] } },
    defaultRole: 'member',
  });
  await applyPolicy(policy, management);
  const files = createPermitDirectory({ ...management, policy });
  const link = { subject: 'folders:plans', relation: 'parent', object: 'files:1' } as const;
  expect([await files.link(link, 'default'), await files.link(link, 'default')]).toEqual([
    'linked',
    'already',
  ]);
  expect([await files.unlink(link), await files.unlink(link)]).toEqual(['removed', 'absent']);
  const untyped: PermitDirectory<Policy> = files;
  await expect(untyped.link({ ...link, relation: 'parnt' }, 'default')).rejects.toThrow(
    'The policy has no relation of files "parnt". Known: parent.',
  );
  await expect(untyped.link({ ...link, subject: 'files:2' }, 'default')).rejects.toThrow(
    'The parent of files:1 is one of folders, not "files:2".',
  );
  await expect(untyped.unlink({ ...link, relation: 'parnt' })).rejects.toMatchObject({
    code: 'NOT_IN_POLICY',
  });
});

test('members are all users with a role in the tenant, across pages, and no others', async () => {
  const keys = Array.from({ length: 230 }, (_, index) => `user-${String(index).padStart(3, '0')}`);
  await Promise.all(
    keys.map((key) => directory.provisionUser({ key, attributes: { username: `${key}-name` } }, viewer)),
  );
  await sdk.api.users.create({ key: 'outsider' });
  const members = await directory.listMembers('default');
  expect(members.map(({ key }) => key).toSorted()).toEqual(keys);
  expect(members.find(({ key }) => key === 'user-007')).toEqual({
    key: 'user-007',
    name: 'user-007-name',
    email: null,
    attributes: { username: 'user-007-name' },
    roles: ['viewer'],
  });
});

test('a member has a name, an e-mail address and the roles in this tenant, sorted', async () => {
  await sdk.api.tenants.create({ key: 'acme', name: 'Acme' });
  const people = [
    {
      key: 'both',
      firstName: 'Ann',
      lastName: 'Lee',
      email: 'ann@example.test',
      attributes: { username: 'ann' },
    },
    { key: 'first', firstName: 'Ann' },
    { key: 'last', lastName: 'Lee' },
    { key: 'username', attributes: { username: 'cat' } },
    { key: 'odd', attributes: { username: 7 } },
  ];
  for (const person of people) await directory.provisionUser(person, { role: 'viewer', tenant: 'acme' }); // oxlint-disable-line no-await-in-loop
  await directory.assignRole({ user: 'both', role: 'admin', tenant: 'acme' });
  await directory.assignRole({ user: 'both', role: 'editor', tenant: 'default' });
  await directory.assignRole({ user: 'both', role: 'owner', tenant: 'acme', instance: 'reports:1' });
  const members = await directory.listMembers('acme');
  expect(members.toSorted((one, other) => (one.key < other.key ? -1 : 1))).toEqual([
    {
      key: 'both',
      name: 'Ann Lee',
      email: 'ann@example.test',
      attributes: { username: 'ann' },
      roles: ['admin', 'viewer'],
    },
    { key: 'first', name: 'Ann', email: null, attributes: {}, roles: ['viewer'] },
    { key: 'last', name: 'Lee', email: null, attributes: {}, roles: ['viewer'] },
    { key: 'odd', name: null, email: null, attributes: { username: 7 }, roles: ['viewer'] },
    { key: 'username', name: 'cat', email: null, attributes: { username: 'cat' }, roles: ['viewer'] },
  ]);
  expect(await directory.listMembers('default')).toMatchObject([{ key: 'both', roles: ['editor'] }]);
});

test('finds a user by key, with attributes; returns undefined for an unknown key, and rejects on an outage', async () => {
  const details = { firstName: 'Ann', lastName: 'Lee', email: 'ann@example.test' };
  await directory.provisionUser({ key: 'ann', ...details, attributes: { clearance: 'high' } }, viewer);
  expect(await directory.findUser('ann')).toEqual({
    key: 'ann',
    name: 'Ann Lee',
    email: 'ann@example.test',
    attributes: { clearance: 'high' },
  });
  expect(await directory.findUser('nobody')).toBeUndefined();
  emulator.faults.add({ path: '/v2/facts/*', status: 503 });
  await expect(directory.findUser('ann')).rejects.toMatchObject({
    code: 'PERMIT_API_ERROR',
    permitStatus: 503,
  });
});

test.each([
  ['assignRole', 404],
  ['unassignRole', 409],
  ['removeInstance', 409],
  ['provisionUser', 404],
] as const)('%s: a %i is an error, not a result', async (name, status) => {
  emulator.faults.add({ path: '/v2/facts/*', status });
  const run = writes.find(([one]) => one === name)?.[1];
  await expect(run?.(directory)).rejects.toMatchObject({
    code: 'PERMIT_API_ERROR',
    permitStatus: status,
    retryable: false,
  });
});

const kim = { user: 'kim', role: 'viewer', tenant: 'default' } as const;
/** A write, the scope that it reports, and on success the role change. */
const writes: readonly [
  string,
  (directory: PermitDirectory<typeof testPolicy>) => Promise<unknown>,
  Invalidation,
  Invalidation['assignment']?,
][] = [
  ['provisionUser', (one) => one.provisionUser({ key: 'kim' }, viewer), { subject: 'kim' }],
  ['assignRole', (one) => one.assignRole(kim), { subject: 'kim' }, { ...viewer, assigned: true }],
  ['unassignRole', (one) => one.unassignRole(kim), { subject: 'kim' }, { ...viewer, assigned: false }],
  ['removeInstance', (one) => one.removeInstance('reports:1'), { instance: 'reports:1' }],
];

test.each(writes)(
  '%s reports its change, including when it fails or its response is lost',
  async (_, run, change, assignment) => {
    const changes: Invalidation[] = [];
    const reporting = createPermitDirectory({ ...management, onChange: (one) => void changes.push(one) });
    await directory.provisionUser({ key: 'kim' }, viewer);
    await run(reporting);
    const made = assignment === undefined ? change : { ...change, assignment };
    expect(changes).toEqual([made]);
    for (const fault of [{ status: 503 }, { drop: true }]) {
      emulator.faults.add({ path: '/v2/facts/*', ...fault });
      await expect(run(reporting)).rejects.toMatchObject({ retryable: true }); // oxlint-disable-line no-await-in-loop -- one fault after the other
      emulator.faults.clear();
    }
    expect(changes).toEqual([made, change, change]);
  },
);

test('invalidates decisions immediately after a removal that Permit carries out but does not confirm', async () => {
  const made = createPermitDecider({
    policy: testPolicy,
    url: emulator.pdpUrl,
    apiKey: management.apiKey,
    deadline: 30_000,
    cache: { ttl: 600_000 },
  });
  const hasty = createPermitDirectory({
    ...management,
    deadline: 300,
    onChange: (change) => made.invalidate(change),
  });
  await directory.provisionUser({ key: 'kim' }, viewer);
  const ask = async () =>
    (await made.decide([{ subject: 'kim', tenant: 'default', permission: 'reports:view' }]))[0]?.outcome;
  expect(await ask()).toBe('allow');
  emulator.faults.add({ method: 'DELETE', path: '/v2/facts/*', delay: 1_000 });
  await expect(hasty.unassignRole(kim)).rejects.toBeInstanceOf(PermitApiError);
  await expect.poll(ask).toBe('deny');
  await made.close();
});

test('the decider and the official SDK agree for every permission, role and instance', async () => {
  for (const role of ['viewer', 'editor', 'admin'] as const) {
    await directory.provisionUser({ key: role }, { role, tenant: 'default' }); // oxlint-disable-line no-await-in-loop
  }
  await directory.assignRole({ user: 'viewer', role: 'owner', tenant: 'default', instance: 'reports:1' });
  const permissions = ['reports:view', 'reports:create', 'reports:publish', 'members:view'] as const;
  const checks = ['viewer', 'editor', 'admin', 'nobody'].flatMap((subject) =>
    permissions.flatMap((permission) =>
      [undefined, '1', '2'].map((instance) => ({ subject, tenant: 'default', permission, instance })),
    ),
  );
  const ours = (await decider.decide(checks)).map(({ outcome }) => outcome === 'allow');
  const theirs = await Promise.all(
    checks.map(({ subject, permission, instance }) => {
      const [type = '', action = ''] = permission.split(':');
      return sdk.check(subject, action, {
        type,
        tenant: 'default',
        ...(instance === undefined ? {} : { key: instance }),
      });
    }),
  );
  expect(ours).toEqual(theirs);
  expect(ours.filter(Boolean)).toHaveLength(3 + 3 * 2 + 3 * 4 + 1);
});
