import { screen, waitFor, within } from '@testing-library/react';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { heading, renderApp } from '../../testing/render-app.tsx';
import { stubDeliveries, stubRun } from '../../testing/stub-sync.ts';
import { changeOf, planOf } from './change-line.tsx';
import { paceOf } from './run-progress.tsx';

const stateOf = async (label: string): Promise<string | null> => {
  const term = await screen.findByText(label, { selector: 'dt' });
  return term.parentElement?.querySelector('dd')?.textContent ?? null;
};

const countdown = () => screen.getByText(/^Next attempt in \d+ seconds$/).textContent;

test('an open page shows within seconds that a delivery arrived and that it fails, and that drift is then unknown', async () => {
  const { server } = await renderApp('/sync', 'admin', (stub) => {
    stub.runs.push(stubRun('r1', {}, { dryRun: false }));
    stub.deliveries = [];
  });
  await waitFor(async () => expect(await stateOf('Status')).toMatch(/^Running/));
  expect(await stateOf('Drift')).toMatch(/^In sync/);
  server.deliveries = stubDeliveries().filter(({ id }) => id === 'd-3');
  server.patch('sync', 'drift', { unknownSince: '2026-11-24T09:20:00.000Z' });
  const within = { timeout: 20_000 };
  await waitFor(async () => expect(await stateOf('Waiting')).toMatch(/^1Oldest/), within);
  expect(await stateOf('Status')).toMatch(/^Failing/);
  await waitFor(
    async () => expect(await stateOf('Drift')).toMatch(/^UnknownSince .*Last compared .*: In sync$/),
    within,
  );
});

test('says that the state and the drift are unknown while the page cannot be updated', async () => {
  const { network } = await renderApp('/sync', 'admin', (stub) => {
    stub.runs.push(stubRun('r1', {}, { dryRun: false }));
    stub.deliveries = [];
  });
  await waitFor(async () => expect(await stateOf('Status')).toMatch(/^Running/));
  expect(await stateOf('Drift')).toMatch(/^In sync/);
  network.break('refused');
  await waitFor(async () => expect(await stateOf('Status')).toMatch(/^Unknown.*out of date/), {
    timeout: 20_000,
  });
  expect(await stateOf('Drift')).toMatch(/^Unknown.*Last compared .*: In sync$/);
});

test('does not say that deliveries are applied as they arrive while Logto cannot deliver', async () => {
  await renderApp('/sync', 'admin', ({ patch }) => {
    const undelivered = {
      count: 1,
      since: '',
      lastAt: '',
      status: null,
      address: '',
      cause: 'unreachable',
    } as const;
    patch('sync', 'status', { state: 'delayed', delayed: null, undelivered });
  });
  await waitFor(async () => expect(await stateOf('Status')).toMatch(/^Delayed.*read from its log/));
});

test('other users do not see sync in the sidebar, and its page shows the missing permission', async () => {
  await renderApp('/sync', 'editor');
  await heading('You don’t have access to this');
  expect(screen.getByText('View directory sync')).toBeVisible();
  expect(screen.getByText(/Ask an administrator of this installation\./)).toBeVisible();
  expect(screen.queryByRole('link', { name: 'Directory sync' })).toBeNull();
});

test('shows at the top that Logto cannot deliver, and what to do', async () => {
  await renderApp('/sync', 'admin', ({ patch }) =>
    patch('sync', 'status', {
      undelivered: {
        count: 24,
        since: '2026-11-24T09:00:00.000Z',
        lastAt: '2026-11-24T09:30:00.000Z',
        status: null,
        address: 'http://latchkey.localhost:3000/api/webhooks/logto',
        cause: 'private-address',
      },
    }),
  );
  expect(await screen.findByText('Logto couldn’t deliver 24 events')).toBeVisible();
  expect(screen.getByText('http://latchkey.localhost:3000/api/webhooks/logto')).toBeVisible();
  expect(screen.getByText(/latchkey webhook listen/)).toBeVisible();
});

test('reports an attribute that users can edit themselves', async () => {
  await renderApp('/sync', 'admin', ({ runs }) => {
    const run = stubRun('r1', {}, { dryRun: false });
    runs.push({ ...run, report: run.report && { ...run.report, untrusted: ['clearance'] } });
  });
  expect(await screen.findByText('Users can edit their own clearance, so sync ignores it')).toBeVisible();
});

test('one button replays all dead letters, and shows their number', async () => {
  const { server, user } = await renderApp('/sync?status=failed', 'admin');
  expect(await screen.findByText(/pnpm latchkey policy plan/)).toBeVisible();
  await user.click(await screen.findByRole('button', { name: 'Retry 1 failed delivery' }));
  await screen.findByText('1 delivery is queued again');
  expect(server.calls).toContain('sync.replay {"dead":true}');
  await screen.findByText('No failed deliveries');
  await waitFor(() => expect(screen.getByRole('main')).toHaveFocus());
});

test('the timeline of a delivery shows its steps, its subject and the changes', async () => {
  await renderApp('/sync/deliveries/d-1', 'admin');
  await heading('Someone signed up');
  const life = within(await screen.findByRole('list', { name: 'Timeline' }));
  expect(life.getAllByRole('heading').map(({ textContent }) => textContent)).toEqual([
    'Received',
    'Signature verified',
    'Queued',
    'Applied',
  ]);
  expect(life.getByText('Nora Lind')).toBeVisible();
  expect(life.getByText('User created')).toBeVisible();
  // A tenant without a known name is shown by its key.
  for (const where of ['Default organization', 'Acme Logistik', 'gone'])
    expect(life.getByText(where)).toBeVisible();
  expect(life.getByText('Viewer')).toBeVisible();
});

test('a step at the same time as the previous one is shown as immediate', async () => {
  await renderApp('/sync/deliveries/d-1', 'admin', ({ deliveries }) => {
    const [subject] = deliveries.find(({ id }) => id === 'd-1')?.subjects ?? [];
    if (subject !== undefined) subject.settledAt = '2026-11-24T09:00:00.020Z';
  });
  const life = await screen.findByRole('list', { name: 'Timeline' });
  expect(within(life).getByText('immediately')).toBeVisible();
  expect(life).not.toHaveTextContent('0 sec');
});

test('a delivery with many subjects shows the first in full and the others in a collapsed list', async () => {
  const { user } = await renderApp('/sync/deliveries/d-1', 'admin', ({ deliveries }) => {
    const delivery = deliveries.find(({ id }) => id === 'd-1');
    for (let second = 10; second < 20; second += 1) {
      const settledAt = `2026-11-24T09:00:${second}.000Z`;
      delivery?.subjects.push({ subject: `user:m-${second}`, settledAt, changes: [] });
    }
  });
  const life = within(await screen.findByRole('list', { name: 'Timeline' }));
  expect(life.getAllByRole('heading', { name: 'Applied' })).toHaveLength(6);
  expect(life.getByText('user:m-19')).not.toBeVisible();
  await user.click(life.getAllByText('and 6 more').at(-1)!);
  expect(life.getByText('user:m-19')).toBeVisible();
});

test('a pending delivery counts down to its next attempt, and can be retried immediately', async () => {
  const { server, user } = await renderApp('/sync/deliveries/d-3', 'admin');
  const life = within(await screen.findByRole('list', { name: 'Timeline' }));
  expect(life.getAllByRole('heading').map(({ textContent }) => textContent)).toEqual([
    'Received',
    'Signature verified',
    'Queued',
    '4 earlier attempts',
    'Permit didn’t respond',
    'Retried automatically',
  ]);
  const before = countdown();
  await waitFor(() => expect(countdown()).not.toBe(before));
  await user.click(life.getByText('Show'));
  expect(life.getAllByText('HTTP 503 · Mina Park')).toHaveLength(5);
  await user.click(life.getAllByRole('button', { name: 'Copy: Technical details' })[0]!);
  expect(await navigator.clipboard.readText()).toBe('Permit answered 503');
  await user.click(screen.getByRole('button', { name: 'Retry now' }));
  expect(server.calls).toContain('sync.replay {"ids":["d-3"]}');
  expect(await screen.findByText('Trying now')).toBeVisible();
});

test('a row shows a failed attempt even though it changes no count', async () => {
  const { server } = await renderApp('/sync', 'admin', ({ deliveries }) => {
    for (const delivery of deliveries) if (delivery.id === 'd-3') delivery.attempts = 0;
  });
  expect(await screen.findByRole('row', { name: /Members changed.*Waiting/ })).toBeVisible();
  for (const delivery of server.deliveries) if (delivery.id === 'd-3') delivery.attempts = 1;
  const row = { name: /Members changed.*Retrying/ };
  expect(await screen.findByRole('row', row, { timeout: 20_000 })).toBeVisible();
});

test('rows show the subject of a delivery, and why it is not applied', async () => {
  await renderApp('/sync', 'admin');
  expect(
    await screen.findByRole('row', {
      name: /Members changed.*Mina Park and 1 more.*Retrying.*Permit didn’t respond/,
    }),
  ).toBeVisible();
  expect(
    screen.getByRole('row', { name: /User deleted.*User u-8.*Permit rejected the change/ }),
  ).toBeVisible();
});

test.each([
  [{ dryRun: true }, '4 differences', /not corrected/, 'User to create'],
  [{ dryRun: false }, 'In sync', /4 corrected/, 'User created'],
])(
  'shows differences as open after a dry run and as corrected after a real one: %o',
  async (kind, drift, note, change) => {
    const { user } = await renderApp('/sync', 'admin', ({ runs }) => {
      runs.push(stubRun('00000000-0000-4000-8000-000000000009', { 'create-user': 4 }, kind));
    });
    await waitFor(async () => expect(await stateOf('Drift')).toContain(drift));
    expect(await stateOf('Drift')).toMatch(note);
    await user.click(screen.getByText(/^(Planned changes|Changes)$/));
    expect(screen.getAllByText(change)[0]).toBeVisible();
  },
);

test('a failed run shows why it failed, and what to do', async () => {
  await renderApp('/sync', 'admin', ({ runs }) => {
    const problem = {
      code: 'LOGTO_FORBIDDEN',
      status: 403,
      message: 'Logto refused /users: auth.forbidden',
    } as const;
    runs.push(
      stubRun(
        '00000000-0000-4000-8000-000000000009',
        {},
        { dryRun: false, status: 'failed', report: null, problem },
      ),
    );
  });
  expect((await screen.findAllByText(/LOGTO_M2M_APP_SECRET/))[0]).toBeVisible();
  expect(screen.getAllByText('Logto refused /users: auth.forbidden')[0]).toBeVisible();
});

test('a pending delivery offers to resume while sync is paused', async () => {
  const { user } = await renderApp('/sync/deliveries/d-3', 'admin', (server) => {
    server.paused = true;
  });
  await user.click(await screen.findByRole('button', { name: 'Resume sync' }));
  expect(await screen.findByRole('button', { name: 'Retry now' })).toBeVisible();
});

test('a pause is shown, and can be ended', async () => {
  const { user } = await renderApp('/sync', 'admin');
  await user.click(await screen.findByRole('button', { name: 'Pause sync' }));
  const resume = await screen.findByRole('button', { name: 'Resume sync' });
  await waitFor(() => expect(screen.getByRole('main')).toHaveFocus());
  await user.click(resume);
  await screen.findByText('Sync is running again');
  expect(await screen.findByRole('button', { name: 'Pause sync' })).toBeVisible();
});

test('a run that the guard stops shows its plan on demand, and continues once the number of removals is typed', async () => {
  const { server, user } = await renderApp('/sync', 'admin');
  await user.click(await screen.findByRole('button', { name: 'Reconcile now' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Reconcile the directory' }));
  server.problem = { status: 500, code: 'INTERNAL_SERVER_ERROR' };
  await user.click(dialog.getByRole('button', { name: 'Start dry run' }));
  expect(await dialog.findByText(/^The run wasn’t started/)).toBeVisible();
  server.problem = null;
  await user.click(dialog.getByRole('button', { name: 'Start dry run' }));
  await dialog.findByText('The guard stopped this');
  expect(document.activeElement).toHaveTextContent(/^The guard stopped this/);
  expect(dialog.getByText('60 of 4,000 users and organizations would lose access. The limit is 50.')).toBeVisible();
  await user.click(dialog.getByRole('button', { name: 'Show full plan' }));
  await dialog.findByText('61 changes would be made.');
  const go = dialog.getByRole('button', { name: 'Remove 60 roles, make 1 change' });
  expect(go).toBeDisabled();
  await user.type(dialog.getByRole('textbox'), '60');
  await user.click(go);
  await screen.findByText('Run started');
  expect(server.calls.filter((call) => call.startsWith('sync.reconcile'))).toEqual([
    'sync.reconcile {"dryRun":true,"force":false}',
    'sync.reconcile {"dryRun":true,"force":true}',
    'sync.reconcile {"dryRun":false,"force":true}',
  ]);
});

test.each([
  ['update-user', { about: null, kind: 'update-user', roles: [] }],
  [
    'create-user viewer@default',
    { about: null, kind: 'create-user', roles: [{ role: 'viewer', where: 'default' }] },
  ],
  [
    'u-1: assign owner@acme#reports:q3',
    { about: 'u-1', kind: 'assign', roles: [{ role: 'owner', where: 'acme#reports:q3' }] },
  ],
  ['invented-later x', { about: null, kind: 'invented-later', roles: [{ role: 'x', where: '' }] }],
])('parses %s', (line, change) => {
  expect(changeOf(line)).toEqual(change);
});

test('a plan counts every change, and lists removals separately and first', () => {
  expect(planOf({ unassign: 2, 'create-user': 3, assign: 0, 'invented-later': 1 })).toEqual({
    total: 6,
    removals: 2,
    kinds: [
      { kind: 'unassign', count: 2, removes: true },
      { kind: 'create-user', count: 3, removes: false },
      { kind: 'invented-later', count: 1, removes: false },
    ],
  });
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.nat(1_000)), (changes) => {
      const { total, removals } = planOf(changes);
      expect(total).toBe(Object.values(changes).reduce((sum, count) => sum + count, 0));
      expect(removals).toBeLessThanOrEqual(total);
    }),
  );
});

const first = { at: 0, step: 'reading', done: 100 };

test.each([
  [
    { at: 10_000, step: 'reading', done: 1_100, total: 2_100 },
    { perSecond: 100, left: 10 },
  ],
  [
    { at: 10_000, step: 'reading', done: 1_100 },
    { perSecond: 100, left: null },
  ],
  [{ at: 500, step: 'reading', done: 1_100, total: 2_100 }, null],
  [{ at: 10_000, step: 'reading', done: 100, total: 2_100 }, null],
  [{ at: 10_000, step: 'applying', done: 1_100, total: 2_100 }, null],
  [{ at: 10_000, step: 'reading', done: 109, total: 2_100 }, null],
])('%o has the pace %o', (now, pace) => {
  expect(paceOf(first, now)).toEqual(pace);
});

test('at a constant pace, the remaining time is correct and never negative', () => {
  const enough = fc.integer({ min: 10, max: 1_000_000 });
  const whole = fc.integer({ min: 1, max: 1_000_000 });
  fc.assert(
    fc.property(enough, whole, fc.integer({ min: 1_000, max: 3_600_000 }), (done, rest, milliseconds) => {
      const now = { at: milliseconds, step: 'applying', done, total: done + rest };
      const pace = paceOf({ at: 0, step: 'applying', done: 0 }, now);
      const left = pace?.left ?? 0;
      expect(left * (pace?.perSecond ?? 0)).toBeGreaterThanOrEqual(rest * 0.999_999);
      expect(paceOf({ at: 0, step: 'applying', done: 0 }, { ...now, total: done - 1 })?.left).toBe(0);
    }),
  );
});
