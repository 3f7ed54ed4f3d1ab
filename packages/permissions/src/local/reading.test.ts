import { expect, test } from 'vitest';
import { ask, startLocalEnvironment } from '../testing/fixtures/local-environment.ts';

const environment = await startLocalEnvironment();
const { sdk, open, holdAnswer, directoryOf } = environment;

test('a list that is on its way when somebody is removed does not bring them back', async () => {
  const local = open();
  await local.refresh();
  const { promise: isHeld, resolve: held } = Promise.withResolvers<void>();
  const { promise: goOn, resolve: release } = Promise.withResolvers<void>();
  environment.proxy.answering = async (path, answer) => {
    const isList = path.includes('/role_assignments?') && path.includes('per_page=100');
    if (!isList || path.includes('user=')) return answer;
    held();
    await goOn;
    return answer;
  };
  // Something else has changed, so that the list is read again.
  await sdk.api.roleAssignments.assign({ user: 'eve', role: 'viewer', tenant: 'acme' });
  const refreshed = local.refresh();
  await isHeld;
  await directoryOf(local).unassignRole({ user: 'bob', role: 'editor', tenant: 'acme' });
  expect(await ask(local, 'bob reports:publish')).toBe('deny no_role_in_tenant by local');
  release();
  await refreshed;
  expect(await ask(local, 'eve collections:view')).toBe('allow by local');
  expect(await ask(local, 'bob reports:publish')).toBe('deny no_role_in_tenant by local');
});

test('who is being read when an instance is removed does not get its roles back', async () => {
  const local = open();
  await local.refresh();
  const directory = directoryOf(local);
  await directory.assignRole({ user: 'ann', role: 'viewer', tenant: 'other' });
  const { isHeld, release } = holdAnswer((path) => path.includes('user=ann'));
  const asked = ask(local, 'ann collections:view');
  await isHeld;
  await directory.removeInstance('collections:q3');
  expect(await ask(local, 'eve collections:edit q3')).toBe('deny no_role_in_tenant by local');
  release();
  expect(await asked).toBe('allow by local');
  expect(await ask(local, 'ann collections:edit q3')).toBe('deny no_permission by local');
});

test('an instance that is being read when a link or a role is taken does not get it back', async () => {
  const local = open();
  await local.refresh();
  const directory = directoryOf(local);
  const link = { subject: 'collections:q3', relation: 'parent', object: 'reports:1' };
  const { isHeld, release } = holdAnswer((path) => path.includes('subject=collections'));
  local.invalidate({ instance: 'collections:q3' });
  const asked = ask(local, 'eve collections:edit q3');
  await isHeld;
  await directory.unlink(link);
  // Reads the report as well: the reading of the collection is under way.
  const other = ask(local, 'eve collections:edit q3');
  await expect.poll(() => local.status().facts.links).toBe(0);
  await directory.assignRole({ user: 'eve', role: 'editor', tenant: 'acme', instance: 'collections:q3' });
  await directory.unassignRole({ user: 'ann', role: 'editor', tenant: 'acme', instance: 'collections:q3' });
  expect(await ask(local, 'ann collections:edit')).toBe('deny no_permission by local');
  release();
  await Promise.all([asked, other]);
  expect(await ask(local, 'ann reports:edit 1')).toBe('deny no_permission by pdp');
  expect(await ask(local, 'ann collections:edit q3')).toBe('deny no_permission by local');
  expect(await ask(local, 'eve reports:edit 1')).toBe('deny no_role_in_tenant by pdp');
});

test('who was read before a list does not get back what the list has not', async () => {
  const local = open();
  await local.refresh();
  const { isHeld, release } = holdAnswer((path) => path.includes('user=bob'));
  local.invalidate({ subject: 'bob' });
  const asked = ask(local, 'bob reports:publish');
  await isHeld;
  await sdk.api.roleAssignments.unassign({ user: 'bob', role: 'editor', tenant: 'acme' });
  await local.refresh();
  release();
  expect(await asked).toBe('deny no_role_in_tenant by pdp');
  expect(await ask(local, 'bob reports:publish')).toBe('deny no_role_in_tenant by local');
});

test('what was given before a list was read, and taken after it, is seen as taken', async () => {
  const local = open();
  await local.refresh();
  const given = { user: 'eve', role: 'viewer', tenant: 'acme' };
  const { isHeld, release } = holdAnswer((path) => path.includes('/relationship_tuples?'));
  await sdk.api.roleAssignments.unassign({ user: 'eve', role: 'admin', tenant: 'other' });
  const refreshed = local.refresh();
  await isHeld;
  await sdk.api.roleAssignments.assign(given);
  release();
  await refreshed;
  expect(await ask(local, 'eve collections:view')).toBe('allow by local');
  await sdk.api.roleAssignments.unassign(given);
  await local.refresh();
  expect(await ask(local, 'eve collections:view')).toBe('deny no_role_in_tenant by local');
});

test('a list in which one was taken and another given while it was read is read again', async () => {
  const all = ['bob', 'ann', ...Array.from({ length: 250 }, (_, index) => `user${index}`)];
  let users = [...all.slice(2, 102), ...all.slice(0, 2), ...all.slice(102)];
  const moves = [() => users.slice(1), () => [...users, 'newcomer']];
  environment.proxy.answering = (path, answer) => {
    if (!path.includes('/role_assignments?')) return answer;
    const query = new URL(path, environment.proxy.url).searchParams;
    const [page, size] = [Number(query.get('page')), Number(query.get('per_page'))];
    const data = users
      .slice((page - 1) * size, page * size)
      .map((user) => ({ user, role: 'editor', tenant: 'acme' }));
    const body = JSON.stringify({ data, total_count: users.length });
    // On the second page everybody has moved up by one; at the end are as many as in the beginning.
    if (size === 100) users = moves.shift()?.() ?? users;
    return { ...answer, body };
  };
  const local = open();
  await local.refresh();
  expect(await ask(local, 'bob reports:publish')).toBe('allow by local');
  expect(
    environment.proxy.reads.filter((path) => /role_assignments\?page=1&per_page=100&/.test(path)),
  ).toHaveLength(2);
});

test('reading takes half of the time at most, whatever hurries it', async () => {
  const local = open();
  await local.refresh();
  const rounds: { began: number; ended: number }[] = [];
  let last = '';
  environment.proxy.answering = (path, answer) => {
    const now = performance.now();
    // Polling asks for resources, roles and rules in a row; reading the policy does not.
    if (path.includes('/roles?') && last.includes('/resources?')) rounds.push({ began: now, ended: now });
    const round = rounds.at(-1);
    if (round !== undefined && !path.includes('/resources?')) round.ended = now;
    last = path;
    local.invalidate({});
    return answer;
  };
  local.invalidate({});
  await expect.poll(() => rounds.length).toBeGreaterThan(5);
  const pauses = rounds.slice(1).map(({ began }, index) => began - (rounds[index]?.ended ?? began));
  const busy = rounds.map(({ began, ended }) => ended - began);
  expect(pauses.filter((paused, index) => paused < (busy[index] ?? 0) - 1)).toEqual([]);
});

test('of a mass of changed instances none is read one by one', async () => {
  const local = open();
  await local.refresh();
  for (let index = 0; index < 500; index++) local.invalidate({ instance: `reports:gone-${index}` });
  const { length } = environment.proxy.reads;
  expect(await ask(local, 'ann reports:edit 1')).toBe('allow by pdp');
  expect(await ask(local, 'bob reports:publish 1')).toBe('allow by local');
  expect(environment.proxy.reads.length).toBe(length);
});
