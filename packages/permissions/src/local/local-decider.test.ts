import { expect, test } from 'vitest';
import { AuthorizationUnavailableError } from '../errors.ts';
import { createPermitDirectory } from '../permit/permit-directory.ts';
import { ask, startLocalEnvironment } from '../testing/fixtures/local-environment.ts';

const environment = await startLocalEnvironment();
const { management, emulator, sdk, open, directoryOf } = environment;

test.each([
  ['ann collections:view', 'allow by local'],
  ['bob reports:publish', 'allow by local'],
  ['ann reports:edit 1', 'allow by local'],
  ['ann reports:publish 1', 'deny no_permission by local'],
  ['ann collections:edit - other', 'deny no_role_in_tenant by local'],
  ['eve collections:edit q3', 'deny no_role_in_tenant by local'],
  // A rule might allow it, by attributes that are not kept.
  ['ann reports:view 2', 'allow by pdp'],
  ['eve reports:edit 1', 'deny no_role_in_tenant by pdp'],
  ['ghost collections:view', 'deny unknown_subject by pdp'],
  ['ann nothing:view', 'deny unknown_permission by pdp'],
])('%s: %s', async (question, answer) => {
  const local = open();
  await local.refresh();
  expect(await ask(local, question)).toBe(answer);
});

test('some of a call are decided here and the others by the PDP, each in its place', async () => {
  const local = open();
  await local.refresh();
  const sources: string[] = [];
  const decisions = await local.decide(
    (['collections:view', 'reports:view', 'reports:edit', 'audit:view'] as const).map((permission) => ({
      subject: 'ann',
      tenant: 'acme',
      permission,
      instance: permission === 'reports:view' ? '2' : permission === 'reports:edit' ? '1' : undefined,
    })),
    { onSource: (source, index) => (sources[index] = source) },
  );
  expect(decisions.map(({ outcome, permission }) => `${permission} ${outcome}`)).toEqual([
    'collections:view allow',
    'reports:view allow',
    'reports:edit allow',
    'audit:view deny',
  ]);
  expect(sources).toEqual(['local', 'pdp', 'local', 'pdp']);
  expect(local.status()).toMatchObject({ state: 'ready', decided: { local: 2, pdp: 2 } });
});

test('until everything was read, and when it is too old, the PDP decides; without it nobody does', async () => {
  const local = open({ maxAge: 0 });
  expect(local.status()).toMatchObject({ state: 'loading', age: undefined });
  await local.refresh();
  expect(local.status().state).toBe('stale');
  expect(await ask(local, 'ann collections:view')).toBe('allow by pdp');
  emulator.faults.add({ path: '/allowed', status: 503 });
  await expect(ask(local, 'bob collections:view')).rejects.toThrow(AuthorizationUnavailableError);
});

test('who was just removed is not admitted, whatever the PDP still says', async () => {
  const local = open();
  await local.refresh();
  const directory = directoryOf(local);
  expect(await ask(local, 'bob reports:publish')).toBe('allow by local');
  emulator.faults.add({ path: '/allowed', status: 200, body: { allow: true } });
  await directory.unassignRole({ user: 'bob', role: 'editor', tenant: 'acme' });
  expect(await ask(local, 'bob reports:publish')).toBe('deny no_role_in_tenant by local');
  await directory.unassignRole({ user: 'ann', role: 'editor', tenant: 'acme', instance: 'collections:q3' });
  expect(await ask(local, 'ann collections:edit q3')).toBe('deny no_permission by local');
});

test('links and instances that were removed or made count at once, for everybody', async () => {
  const local = open();
  await local.refresh();
  const directory = directoryOf(local);
  const link = { subject: 'collections:q3', relation: 'parent', object: 'reports:1' };
  await directory.unlink(link);
  expect(await ask(local, 'ann collections:edit q3')).toBe('allow by local');
  expect(await ask(local, 'ann reports:edit 1')).toBe('deny no_permission by pdp');
  await directory.link(link, 'acme');
  expect(await ask(local, 'ann reports:edit 1')).toBe('allow by local');
  await directory.removeInstance('collections:q3');
  expect(await ask(local, 'ann collections:edit q3')).toBe('deny no_permission by local');
  // Made again, the collection has neither the roles nor the reports of the one before.
  await directory.assignRole({ user: 'ann', role: 'editor', tenant: 'acme', instance: 'collections:q3' });
  expect(await ask(local, 'ann collections:edit q3')).toBe('allow by local');
  expect(await ask(local, 'ann reports:edit 1')).toBe('deny no_permission by pdp');
});

test('what was changed elsewhere is seen with the next question to the API', async () => {
  const local = open();
  await local.refresh();
  await sdk.api.roleAssignments.unassign({ user: 'bob', role: 'editor', tenant: 'acme' });
  expect(await ask(local, 'bob reports:publish')).toBe('allow by local');
  await local.refresh();
  expect(await ask(local, 'bob reports:publish')).toBe('deny no_role_in_tenant by local');
  await sdk.api.roles.update('viewer', { permissions: [] });
  await local.refresh();
  expect(await ask(local, 'ann collections:view')).toBe('deny no_permission by local');
});

/** How often the list of all role assignments was read. */
const wholeLists = (): number =>
  environment.proxy.reads.filter((path) => /\/role_assignments\?(?!user=).*per_page=100/.test(path)).length;

test('what this process has changed is read alone, and hides nothing that was changed elsewhere', async () => {
  const local = open();
  await local.refresh();
  const before = wholeLists();
  expect(before).toBeGreaterThan(0);
  await directoryOf(local).assignRole({ user: 'eve', role: 'viewer', tenant: 'acme' });
  await local.refresh();
  expect(wholeLists()).toBe(before);
  // One more by this process, one less by another: as many as before.
  await directoryOf(local).assignRole({ user: 'eve', role: 'editor', tenant: 'acme' });
  await sdk.api.roleAssignments.unassign({ user: 'bob', role: 'editor', tenant: 'acme' });
  await local.refresh();
  expect(await ask(local, 'bob reports:publish')).toBe('deny no_role_in_tenant by local');
});

test('three processes decide alike as soon as they hear of a change', async () => {
  const locals = [open(), open(), open()];
  await Promise.all(locals.map((local) => local.refresh()));
  const directory = createPermitDirectory({
    ...management,
    onChange: (change) => {
      for (const local of locals) local.invalidate(change);
    },
  });
  await directory.unassignRole({ user: 'bob', role: 'editor', tenant: 'acme' });
  await directory.assignRole({ user: 'eve', role: 'editor', tenant: 'acme' });
  for (const local of locals) {
    expect(await ask(local, 'bob reports:publish')).toBe('deny no_role_in_tenant by local'); // oxlint-disable-line no-await-in-loop
    expect(await ask(local, 'eve reports:publish')).toBe('allow by local'); // oxlint-disable-line no-await-in-loop
  }
});
