import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Decider, DecisionSource } from '../decision.ts';
import { AuthorizationUnavailableError } from '../errors.ts';
import { createPermitDecider } from '../permit/permit-decider.ts';
import { createPermitDirectory } from '../permit/permit-directory.ts';
import { applyPolicy } from '../policy-as-code/apply/apply-policy.ts';
import { examplePolicy } from '../testing/fixtures/example.ts';
import { startEnvironment } from '../testing/fixtures/start-environment.ts';
import { storeFacts } from '../testing/fixtures/store-facts.ts';
import type { AnyPermission } from '../testing/test-resource-ref.ts';
import { createLocalDecider } from './create-local-decider.ts';
import { startProxy, type Proxy } from '../testing/fixtures/start-proxy.ts';
import type { LocalDeciderOptions } from './local-options.ts';

const { emulator, management, sdk } = await startEnvironment();

type Pdp = ReturnType<typeof createPermitDecider<typeof examplePolicy>>;
type Local = ReturnType<typeof open>;

/** Nothing happens by itself: tests say when. */
const never = 1_000_000_000;

let proxy: Proxy;
const opened: { close(): Promise<void> }[] = [];

beforeEach(async () => {
  proxy = await startProxy(emulator.url);
  await applyPolicy(examplePolicy, management);
  await storeFacts(sdk, {
    tenants: { acme: {}, other: {} },
    users: {
      ann: { roles: { acme: ['viewer'] }, instanceRoles: { 'collections:q3': ['editor'] } },
      bob: { roles: { acme: ['editor'] } },
      eve: { roles: { other: ['admin'] } },
    },
    instances: {
      'collections:q3': { tenant: 'acme' },
      'reports:1': { tenant: 'acme', attributes: { pages: 40 }, relations: { parent: 'collections:q3' } },
      'reports:2': { tenant: 'acme', attributes: { pages: 3 } },
    },
  });
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((decider) => decider.close()));
  await proxy.close();
});

function openPdp(): Pdp {
  const { apiKey } = management;
  return createPermitDecider({
    policy: examplePolicy,
    url: emulator.pdpUrl,
    apiKey,
    deadline: 20_000,
    retries: 0,
  });
}

function open(options: Partial<LocalDeciderOptions<typeof examplePolicy, Pdp>> = {}) {
  const local = createLocalDecider({
    policy: examplePolicy,
    apiUrl: proxy.url,
    apiKey: management.apiKey,
    pdp: openPdp(),
    mode: 'decide',
    pollEvery: never,
    maxAge: never,
    readDeadline: 20_000,
    ...options,
  });
  opened.push(local);
  return local;
}

/** `ann reports:view 1 acme`: the outcome, and who decided. */
async function ask(decider: Pick<Decider<AnyPermission>, 'decide'>, question: string): Promise<string> {
  const [subject = '', asked = '', instance = '-', tenant = 'acme'] = question.split(' ');
  const sources: DecisionSource[] = [];
  const [resource = '', action = ''] = asked.split(':');
  const check = { subject, tenant, permission: `${resource}:${action}` as const };
  const [decision] = await decider.decide([{ ...check, instance: instance === '-' ? undefined : instance }], {
    onSource: (source) => sources.push(source),
  });
  const reason = decision?.outcome === 'deny' ? ` ${decision.reason}` : '';
  return `${decision?.outcome}${reason} by ${sources.join()}`;
}

const directoryOf = (local: Pick<Local, 'invalidate'>) =>
  createPermitDirectory({ ...management, onChange: (change) => local.invalidate(change) });

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

test('a list that is on its way when somebody is removed does not bring them back', async () => {
  const local = open();
  await local.refresh();
  const { promise: isHeld, resolve: held } = Promise.withResolvers<void>();
  const { promise: goOn, resolve: release } = Promise.withResolvers<void>();
  proxy.answering = async (path, answer) => {
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

/** Holds the next answer that fits, as it was when it was asked for. */
function holdAnswer(fits: (path: string) => boolean) {
  const { promise: isHeld, resolve: held } = Promise.withResolvers<void>();
  const { promise: goOn, resolve: release } = Promise.withResolvers<void>();
  proxy.answering = async (path, answer) => {
    if (!fits(path)) return answer;
    proxy.answering = (_path, other) => other;
    held();
    await goOn;
    return answer;
  };
  return { isHeld, release };
}

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
  proxy.answering = (path, answer) => {
    if (!path.includes('/role_assignments?')) return answer;
    const query = new URL(path, proxy.url).searchParams;
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
  expect(proxy.reads.filter((path) => /role_assignments\?page=1&per_page=100&/.test(path))).toHaveLength(2);
});

test('reading takes half of the time at most, whatever hurries it', async () => {
  const local = open();
  await local.refresh();
  const rounds: { began: number; ended: number }[] = [];
  let last = '';
  proxy.answering = (path, answer) => {
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
  await expect.poll(() => rounds.length, { timeout: 20_000 }).toBeGreaterThan(5);
  const pauses = rounds.slice(1).map(({ began }, index) => began - (rounds[index]?.ended ?? began));
  const busy = rounds.map(({ began, ended }) => ended - began);
  expect(pauses.filter((paused, index) => paused < (busy[index] ?? 0) - 1)).toEqual([]);
});

test('of a mass of changed instances none is read one by one', async () => {
  const local = open();
  await local.refresh();
  for (let index = 0; index < 500; index++) local.invalidate({ instance: `reports:gone-${index}` });
  const { length } = proxy.reads;
  expect(await ask(local, 'ann reports:edit 1')).toBe('allow by pdp');
  expect(await ask(local, 'bob reports:publish 1')).toBe('allow by local');
  expect(proxy.reads.length).toBe(length);
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
  proxy.reads.filter((path) => /\/role_assignments\?(?!user=).*per_page=100/.test(path)).length;

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

test.each([
  [
    'a page is cut short',
    (body: string) => JSON.stringify({ ...JSON.parse(body), data: [] }),
    'LOCAL_LIST_UNSTEADY',
  ],
  ['the answer is nonsense', () => '{"data":"all of them"}', 'PERMIT_API_ERROR'],
  ['the answer ends half way', (body: string) => body.slice(0, body.length / 2), 'PERMIT_API_ERROR'],
])('when %s, the PDP decides, and this process again afterwards', async (_what, change, code) => {
  const onWarning = vi.fn<(error: unknown) => void>();
  proxy.answering = (path, answer) =>
    path.includes('/role_assignments?') && path.includes('per_page=100')
      ? { ...answer, body: change(answer.body) }
      : answer;
  const local = open({ onWarning });
  await expect.poll(() => local.status().lastError).toMatchObject({ code });
  expect(onWarning).toHaveBeenCalledOnce();
  expect(await ask(local, 'ann collections:view')).toBe('allow by pdp');
  proxy.answering = (_path, answer) => answer;
  await local.refresh();
  expect(await ask(local, 'ann collections:view')).toBe('allow by local');
});

test('a wrong key, an API that is cut off and one that says to wait: the PDP decides', async () => {
  const wrong = open({ apiKey: 'permit_key_wrong' });
  await expect.poll(() => wrong.status().lastError).toMatchObject({ status: 401 });
  expect(await ask(wrong, 'ann collections:view')).toBe('allow by pdp');
  emulator.faults.add({ path: '/v2/facts/*', drop: true, count: 1 });
  const cut = open({ apiUrl: emulator.url });
  await expect.poll(() => cut.status().lastError).toMatchObject({ code: 'PERMIT_API_ERROR' });
  await cut.refresh();
  expect(await ask(cut, 'ann collections:view')).toBe('allow by local');
  emulator.faults.add({ path: '/v2/facts/*', status: 429, headers: { 'retry-after': '0' }, count: 5 });
  const onWarning = vi.fn<(error: unknown) => void>();
  const limited = open({ onWarning });
  await limited.refresh();
  expect(await ask(limited, 'ann collections:view')).toBe('allow by local');
  expect(onWarning).not.toHaveBeenCalled();
});

test('with more facts than it may keep, the process keeps none', async () => {
  const onWarning = vi.fn<(error: unknown) => void>();
  const local = open({ maxFacts: 4, onWarning });
  await local.refresh();
  expect(local.status()).toMatchObject({ state: 'ready', facts: { users: 3, assignments: 4, links: 1 } });
  await sdk.api.roleAssignments.assign({ user: 'eve', role: 'viewer', tenant: 'acme' });
  await expect(local.refresh()).rejects.toThrow('5 role assignments');
  await expect(local.refresh()).rejects.toThrow('5 role assignments');
  expect(local.status()).toMatchObject({
    state: 'too-many-facts',
    facts: { users: 0, assignments: 0, links: 0 },
  });
  expect(onWarning).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: 'LOCAL_FACTS_LIMIT' }));
  expect(await ask(local, 'ann collections:view')).toBe('allow by pdp');
  await sdk.api.roleAssignments.unassign({ user: 'eve', role: 'viewer', tenant: 'acme' });
  await local.refresh();
  expect(await ask(local, 'ann collections:view')).toBe('allow by local');
  await sdk.api.roleAssignments.assign({ user: 'eve', role: 'viewer', tenant: 'acme' });
  await expect(local.refresh()).rejects.toThrow('5 role assignments');
  expect(onWarning).toHaveBeenCalledTimes(2);
});

// A call of its own waits for ten seconds.
test('what cannot be read again in time is decided by the PDP', { timeout: 8_000 }, async () => {
  const local = open({ readDeadline: 1 });
  await local.refresh();
  proxy.answering = () => new Promise<never>(() => {});
  local.invalidate({ subject: 'ann' });
  expect(await ask(local, 'ann collections:view')).toBe('allow by pdp');
  expect(await ask(local, 'bob collections:view')).toBe('allow by local');
});

test('a process that is to ask never again does not ask at once', async () => {
  const local = open({ pollEvery: Number.POSITIVE_INFINITY });
  await local.refresh();
  const { length } = proxy.reads;
  const other = open({ apiUrl: emulator.url });
  await other.refresh();
  await other.refresh();
  expect(proxy.reads.length).toBe(length);
});

const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;

test('a closed one that was told to wait does not keep the process', async () => {
  await open().refresh();
  const before = timers();
  proxy.answering = (_path, answer) => ({ ...answer, status: 429 });
  const { length } = proxy.reads;
  const local = open();
  await expect.poll(() => proxy.reads.length).toBeGreaterThan(length);
  await local.close();
  opened.pop();
  // One is the test's own.
  await expect.poll(timers, { timeout: 500 }).toBeLessThanOrEqual(before + 1);
});

test('it asks again and again, and a closed one nothing more', async () => {
  const local = open({ pollEvery: 1 });
  await expect.poll(() => proxy.reads.length, { timeout: 20_000 }).toBeGreaterThan(40);
  const { promise: isHeld, resolve: held } = Promise.withResolvers<void>();
  const { promise: goOn, resolve: release } = Promise.withResolvers<void>();
  proxy.answering = async (path, answer) => {
    if (!path.includes('/resources?')) return answer;
    held();
    await goOn;
    return answer;
  };
  await isHeld;
  await local.close();
  opened.length = 0;
  expect(local.status().state).toBe('closed');
  const { length } = proxy.reads;
  release();
  // Several rounds of another one in the meantime.
  const other = open({ apiUrl: emulator.url });
  await other.refresh();
  await other.refresh();
  expect(proxy.reads.length).toBe(length);
});
