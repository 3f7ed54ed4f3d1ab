import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { ask, startLocalEnvironment } from '../testing/fixtures/local-environment.ts';

const environment = await startLocalEnvironment();
const { emulator, sdk, open, forgetOpened } = environment;

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
  environment.proxy.answering = (path, answer) =>
    path.includes('/role_assignments?') && path.includes('per_page=100')
      ? { ...answer, body: change(answer.body) }
      : answer;
  const local = open({ onWarning });
  await expect.poll(() => local.status().lastError).toMatchObject({ code });
  expect(onWarning).toHaveBeenCalledOnce();
  expect(await ask(local, 'ann collections:view')).toBe('allow by pdp');
  environment.proxy.answering = (_path, answer) => answer;
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

test('what cannot be read again in time is decided by the PDP', async () => {
  const local = open({ readDeadline: 1 });
  await local.refresh();
  environment.proxy.answering = () => new Promise<never>(() => {});
  local.invalidate({ subject: 'ann' });
  // A call of its own waits for ten seconds.
  const late = sleep(8_000, 'late', { ref: false });
  expect(await Promise.race([ask(local, 'ann collections:view'), late])).toBe('allow by pdp');
  expect(await ask(local, 'bob collections:view')).toBe('allow by local');
});

test('a process that is to ask never again does not ask at once', async () => {
  const local = open({ pollEvery: Number.POSITIVE_INFINITY });
  await local.refresh();
  const { length } = environment.proxy.reads;
  const other = open({ apiUrl: emulator.url });
  await other.refresh();
  await other.refresh();
  expect(environment.proxy.reads.length).toBe(length);
});

const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;

test('a closed one that was told to wait does not keep the process', async () => {
  await open().refresh();
  const before = timers();
  environment.proxy.answering = (_path, answer) => ({ ...answer, status: 429 });
  const { length } = environment.proxy.reads;
  const local = open();
  await expect.poll(() => environment.proxy.reads.length).toBeGreaterThan(length);
  await local.close();
  forgetOpened();
  // One is the test's own.
  await expect.poll(timers, { timeout: 500 }).toBeLessThanOrEqual(before + 1);
});

test('it asks again and again, and a closed one nothing more', async () => {
  const local = open({ pollEvery: 1 });
  await expect.poll(() => environment.proxy.reads.length).toBeGreaterThan(40);
  const { promise: isHeld, resolve: held } = Promise.withResolvers<void>();
  const { promise: goOn, resolve: release } = Promise.withResolvers<void>();
  environment.proxy.answering = async (path, answer) => {
    if (!path.includes('/resources?')) return answer;
    held();
    await goOn;
    return answer;
  };
  await isHeld;
  await local.close();
  forgetOpened();
  expect(local.status().state).toBe('closed');
  const { length } = environment.proxy.reads;
  release();
  // Several rounds of another one in the meantime.
  const other = open({ apiUrl: emulator.url });
  await other.refresh();
  await other.refresh();
  expect(environment.proxy.reads.length).toBe(length);
});
