import { expect, test } from 'vitest';
import { countCalls } from '../../testing/count-calls.ts';
import { listen, type Listener } from '../../testing/listen.ts';
import { permitSdk } from '../../testing/permit-sdk.ts';
import { startUpstreams, startTestServer } from '../../testing/test-server.ts';
import { waitFor } from '../../testing/wait-for.ts';

const server = await startTestServer();
const { client: ann } = await server.join({ key: 'ann' });

test('reads roles live, and an answer changes as soon as a role does', async () => {
  expect((await ann.session.me.query()).roles).toEqual(['viewer']);
  expect(await ann.session.gates.mutate([{ path: 'reports.create' }])).toMatchObject([{ state: 'denied' }]);
  await server.directory.assignRole({ user: 'ann', role: 'editor', tenant: 'default' });
  expect(await ann.session.gates.mutate([{ path: 'reports.create' }])).toEqual([{ state: 'allowed' }]);
  expect((await ann.session.me.query()).roles).toEqual(['viewer', 'editor']);
});

test('an invalid question gets its own error, and the others are answered', async () => {
  expect(
    await ann.session.gates.mutate([
      { permission: 'audit:view' },
      // @ts-expect-error -- misspelled, or of a page that is older than the server
      { permission: 'audit:veiw' },
      { path: 'reports.archive' },
      { path: 'reports.publish', input: { id: 'no uuid' } },
      { path: 'reports.get', input: { id: crypto.randomUUID() } },
    ]),
  ).toMatchObject([
    { state: 'denied' },
    { state: 'unavailable', problem: 'unknown_permission' },
    { state: 'unavailable', problem: 'unknown_procedure' },
    { state: 'unavailable', problem: 'unreadable_input' },
    { state: 'unavailable', problem: 'not_found' },
  ]);
});

test("a page's thousand gates take five PDP calls, and a deleted report does not affect the others", async () => {
  const upstreams = await startUpstreams();
  const pdp = await countCalls(upstreams.permit.pdpUrl);
  const crowded = await startTestServer({ upstreams, addresses: { pdp: pdp.url } });
  const { client: ann } = await crowded.join({ role: 'admin' });
  const questions = Array.from({ length: 1_000 }, (_, index) => {
    const id = crypto.randomUUID();
    return index === 500
      ? { path: 'reports.get', input: { id } }
      : { permission: 'reports:publish' as const, instance: id };
  });
  await ann.session.me.query();
  pdp.calls.length = 0;
  const answers = await Promise.all(
    [0, 200, 400, 600, 800].map((start) => ann.session.gates.mutate(questions.slice(start, start + 200))),
  );
  expect(pdp.calls.length).toBeLessThanOrEqual(5);
  const states = answers.flat().map((answer) => ('problem' in answer ? answer.problem : answer.state));
  expect([...new Set(states)]).toEqual(['allowed', 'not_found']);
  expect(states[500]).toBe('not_found');
});

test('with a PDP that receives changes late, a role counts and a removed one does not, and others are notified again', async () => {
  const upstreams = await startUpstreams({ propagationDelay: 500 });
  const slow = await startTestServer({ upstreams });
  const [viewer, editor] = [
    { role: 'viewer', tenant: 'default' },
    { role: 'editor', tenant: 'default' },
  ];
  const { client: cid } = await slow.join({ key: 'cid', role: 'editor' });
  const create = async () => (await cid.session.gates.mutate([{ path: 'reports.create' }]))[0]?.state;
  expect(await create()).toBe('allowed');
  await slow.directory.unassignRole({ user: 'cid', ...editor });
  expect(await create()).toBe('denied');

  let stream: Listener | undefined;
  void listen(slow, 'session.changes', { subject: 'cid' }).then((opened) => (stream = opened));
  /** Announces a change of the user that names no role, so that checks do not wait for the PDP. */
  const announce = () => slow.directory.provisionUser({ key: 'cid' }, viewer);
  const opened = await waitFor(async () => {
    await announce();
    if (stream === undefined) throw new TypeError('The stream is not open.');
    return stream;
  });
  await permitSdk(slow.permit).api.roleAssignments.assign({ user: 'cid', ...editor });
  await announce();
  // The answer is `denied`, unless the change has already reached the PDP.
  await create();
  let seen = opened.times();
  await waitFor(async () => {
    expect(opened.times()).toBeGreaterThan(seen);
    seen = opened.times();
    expect(await create()).toBe('allowed');
  });
  opened.end();
});
