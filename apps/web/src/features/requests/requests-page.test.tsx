import { act, cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import { dateInDays } from '../../ui/format-time.ts';
import { renderApp, type RenderedApp } from '../../testing/render-app.tsx';
import { decideStubRequest, stubGrant, stubRequest } from '../../testing/stub-requests.ts';

const editorRole = { kind: 'role', role: 'editor' } as const;
const asked = (name: string, key = `u-${name}`) =>
  stubRequest(
    { target: editorRole, reason: `${name} needs it`, duration: 604_800 },
    { requester: { key, name } },
  );
const row = async (name: string) => within(await screen.findByRole('listitem', { name: new RegExp(name) }));
const renderRequests = (...requests: ReturnType<typeof stubRequest>[]): Promise<RenderedApp> =>
  renderApp('/requests', 'admin', (server) => {
    server.requests.push(...requests);
  });

/** One request, by Nina. */
const renderNina = async (changes: Partial<ReturnType<typeof stubRequest>> = {}) => {
  const request = { ...asked('Nina'), ...changes };
  const app = await renderRequests(request);
  return { request, app, nina: await row('Nina') };
};

test('a request shows requester, roles, effect, reason and duration; one click approves it', async () => {
  const { app, nina } = await renderNina();
  expect(await nina.findByText('Create reports, View members')).toBeVisible();
  expect(nina.getByText('Viewer')).toBeVisible();
  expect(nina.getByText('Nina needs it')).toBeVisible();
  expect(nina.getByText('1 week')).toBeVisible();
  const sidebar = within(screen.getByRole('navigation', { name: 'Main' }));
  expect(await sidebar.findByRole('link', { name: 'Access requests 1' })).toBeVisible();

  await app.user.click(nina.getByRole('button', { name: 'Approve' }));
  expect(await nina.findByText('by Amelia Hart')).toBeVisible();
  expect(nina.getByText('Approved')).toBeVisible();
  expect(nina.getByText('1 week')).toBeVisible();
  expect(nina.queryByText('Nina needs it')).toBeNull();
  expect(await sidebar.findByRole('link', { name: 'Access requests' })).toBeVisible();
});

test('the first of two approvals leaves the request open, and can be undone', async () => {
  const { app, nina } = await renderNina({ approvalsNeeded: 2 });
  expect(await nina.findByText('Needs two approvals.')).toBeVisible();
  await app.user.click(nina.getByRole('button', { name: 'Approve' }));
  expect(await nina.findByText('You approved this. One more approval is needed.')).toBeVisible();
  expect(nina.queryByRole('button', { name: 'Approve' })).toBeNull();
  await app.user.click(nina.getByRole('button', { name: 'Undo' }));
  expect(await nina.findByText('Needs two approvals.')).toBeVisible();
  expect(nina.getByRole('button', { name: 'Approve' })).toBeVisible();
});

test('an approver sees who approved first', async () => {
  const approvals = [{ by: { key: 'u-bert', name: 'Bert' }, at: new Date().toISOString() }];
  const { nina } = await renderNina({ approvalsNeeded: 2, approvals });
  expect(await nina.findByText('Approved by Bert. One more approval is needed.')).toBeVisible();
  expect(nina.getByRole('button', { name: 'Approve' })).toBeVisible();
});

test('a request names the report on which access was denied, unless the approver cannot read it', async () => {
  const report = { kind: 'instance', resource: 'reports', id: 'r-1', role: 'reader' } as const;
  const denied = {
    permission: 'reports:view-confidential',
    on: { resource: 'reports', id: 'r-1' },
    requester: { key: 'u-nina', name: 'Nina' },
  };
  const asking = stubRequest(
    { target: { kind: 'role', role: 'admin' }, reason: 'why', duration: null },
    denied,
  );
  await renderRequests(asking);
  const nina = await row('Nina');
  expect(nina.getByText('Needs “View confidential reports” on the report')).toBeVisible();
  expect(nina.getByRole('link', { name: 'Q4 review' })).toHaveAttribute('href', '/reports/r-1');
  expect(await nina.findByText(/Publish reports.*View confidential reports/)).toBeVisible();
  cleanup();

  await renderApp('/requests', 'admin', (server) => {
    server.instances = 'unreadable';
    server.requests.push(stubRequest({ target: report, reason: 'why', duration: null }, denied));
  });
  const unread = await row('Nina');
  expect(unread.getByText('a report you can’t open')).toBeVisible();
  expect(unread.queryByText('The report was deleted')).toBeNull();
  expect(unread.queryByText('Q4 review')).toBeNull();
});

test('approving a role that can change access needs a confirmation', async () => {
  const { app, nina } = await renderNina({ target: { kind: 'role', role: 'admin' } });
  await app.user.click(nina.getByRole('button', { name: 'Approve' }));
  expect(nina.getByText('With the role Administrator, they can change other people’s access.')).toBeVisible();
  expect(app.server.inputsOf('requests.approve')).toEqual([]);
  await app.user.click(nina.getByRole('button', { name: 'Approve for 1 week' }));
  expect(await nina.findByText('by Amelia Hart')).toBeVisible();
});

test('shortening offers only durations below the requested one', async () => {
  const { request, app, nina } = await renderNina();
  await app.user.click(nina.getByRole('button', { name: 'Approve for less time…' }));
  expect(nina.queryByRole('button', { name: 'Approve for 1 week' })).toBeNull();
  await app.user.click(nina.getByRole('button', { name: 'Approve for 1 day' }));
  expect(await nina.findByText('1 day')).toBeVisible();
  expect(app.server.inputsOf('requests.approve')).toEqual([{ id: request.id, duration: 86_400 }]);
});

test('shortening to a date: from today, and not beyond the requested end', async () => {
  const { app, nina } = await renderNina();
  await app.user.click(nina.getByRole('button', { name: 'Approve for less time…' }));
  const day = nina.getByLabelText('Last day');
  const until = nina.getByRole('button', { name: 'Approve until this date' });
  expect(day).toHaveAttribute('min', dateInDays(0, new Date()));
  for (const days of [-1, 8]) {
    fireEvent.change(day, { target: { value: dateInDays(days, new Date()) } });
    await app.user.click(until); // oxlint-disable-line no-await-in-loop -- one after the other
    expect(await nina.findByRole('alert')).toHaveTextContent(/Choose a date between today/); // oxlint-disable-line no-await-in-loop
  }
  expect(app.server.inputsOf('requests.approve')).toEqual([]);
  const chosen = dateInDays(3, new Date());
  fireEvent.change(day, { target: { value: chosen } });
  await app.user.click(until);
  await nina.findByText('Approved');
  const [{ duration } = { duration: 0 }] = z
    .array(z.object({ duration: z.number() }))
    .parse(app.server.inputsOf('requests.approve'));
  expect(dateInDays(0, new Date(Date.now() + (duration - 60) * 1_000))).toBe(chosen);
});

test('keys: j and k move, a approves, r opens the note without typing into it', async () => {
  const app = await renderRequests(asked('Nina'), asked('Omar'), asked('Pia'));
  const rows = await screen.findAllByRole('listitem', { name: /Nina|Omar|Pia/ });
  await app.user.keyboard('a');
  expect(app.server.inputsOf('requests.approve')).toEqual([]);
  await app.user.keyboard('jjk');
  expect(rows[0]).toHaveFocus();
  await app.user.keyboard('r');
  expect(within(rows[0]!).getByLabelText('Note')).toHaveFocus();
  await app.user.keyboard('{Escape}');
  expect(within(rows[0]!).getByRole('button', { name: 'Deny…' })).toHaveFocus();
  await app.user.keyboard('rajar');
  expect(within(rows[0]!).getByLabelText('Note')).toHaveValue('ajar');
  await app.user.click(within(rows[0]!).getByRole('button', { name: 'Deny request' }));
  await within(rows[0]!).findByText('Denied');
  expect(app.server.inputsOf('requests.refuse')).toMatchObject([{ note: 'ajar' }]);
  expect(rows[0]).toHaveFocus();
  await app.user.keyboard('j{Control>}a{/Control}');
  expect(rows[1]).toHaveFocus();
  expect(app.server.inputsOf('requests.approve')).toEqual([]);
  await app.user.keyboard('a');
  expect(await within(rows[1]!).findByText('Approved')).toBeVisible();
  expect(app.server.inputsOf('requests.approve')).toHaveLength(1);
});

test('the keys work with a Korean layout', async () => {
  await renderRequests(asked('Nina'));
  const nina = await screen.findByRole('listitem', { name: /Nina/ });
  fireEvent.keyDown(document.body, { key: 'ㅓ', code: 'KeyJ' });
  expect(nina).toHaveFocus();
  fireEvent.keyDown(nina, { key: 'ㄱ', code: 'KeyR' });
  expect(within(nina).getByLabelText('Note')).toHaveFocus();
});

test('undoing a decision within ten seconds reopens the request, which can be decided again', async () => {
  const { request, app, nina } = await renderNina();
  await app.user.click(nina.getByRole('button', { name: 'Approve' }));
  await app.user.click(await nina.findByRole('button', { name: 'Undo' }));
  expect(await nina.findByRole('button', { name: 'Approve' })).toBeVisible();
  expect(nina.queryByText('Approved')).toBeNull();
  expect(screen.getByRole('listitem', { name: /Nina/ })).toHaveFocus();
  expect(app.server.inputsOf('requests.undo')).toMatchObject([{ id: request.id }]);
  await app.user.keyboard('r');
  await app.user.click(nina.getByRole('button', { name: 'Deny request' }));
  expect(await nina.findByText('Denied')).toBeVisible();
  await app.user.keyboard('u');
  expect(await nina.findByRole('button', { name: 'Approve' })).toBeVisible();
});

test('undo disappears after ten seconds, and shows the reason when the server refuses it', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], shouldAdvanceTime: true });
  const app = await renderRequests(asked('Nina'), asked('Omar'));
  const [nina, omar] = [await row('Nina'), await row('Omar')];
  await app.user.click(nina.getByRole('button', { name: 'Approve' }));
  await nina.findByRole('button', { name: 'Undo' });
  await act(() => vi.advanceTimersByTimeAsync(10_000));
  expect(nina.queryByRole('button', { name: 'Undo' })).toBeNull();
  expect(nina.getByText('Approved')).toBeVisible();
  vi.useRealTimers();
  app.server.refuse('requests.undo', 'UNDO_EXPIRED');
  await app.user.click(omar.getByRole('button', { name: 'Approve' }));
  await app.user.click(await omar.findByRole('button', { name: 'Undo' }));
  expect(await screen.findByText('It’s too late to undo this decision.')).toBeVisible();
  expect(omar.getByText('Approved')).toBeVisible();
});

test("another approver's decision cannot be undone here", async () => {
  const { request, app, nina } = await renderNina();
  decideStubRequest(app.server.requests, request.id, { status: 'refused', note: null, grant: null });
  await app.user.click(nina.getByRole('button', { name: 'Approve' }));
  await nina.findByText('Denied');
  expect(nina.queryByRole('button', { name: 'Undo' })).toBeNull();
});

test('when another approver decides while a note is being typed, the row stays and shows the decision', async () => {
  const { request, app, nina } = await renderNina();
  await app.user.click(nina.getByRole('button', { name: 'Deny…' }));
  await app.user.type(nina.getByLabelText('Note'), 'Not');
  decideStubRequest(app.server.requests, request.id, { status: 'approved', note: null, grant: null });
  app.server.send('changed', 'requests.changes');
  expect(await nina.findByText('Approved')).toBeVisible();
  expect(nina.getByText('by Amelia Hart')).toBeVisible();
  expect(nina.queryByLabelText('Note')).toBeNull();
  expect(nina.queryByRole('button', { name: 'Undo' })).toBeNull();
});

test.each([
  ['reports', 'The report was deleted. Deny the request.'],
  ['collections', 'The collection was deleted. Deny the request.'],
] as const)(
  'a request about deleted %s can only be denied; one that extends a role shows its current end',
  async (resource, text) => {
    const target = { kind: 'instance', resource, id: 'gone', role: 'reader' } as const;
    const gone = stubRequest(
      { target, reason: 'why', duration: null },
      { requester: { key: 'u-omar', name: 'Omar' } },
    );
    await renderApp('/requests', 'admin', (server) => {
      server.requests.push(asked('Nina'), gone);
      server.heldUntil = '2026-12-03T09:00:00.000Z';
      server.instances = 'gone';
    });
    const omar = await row('Omar');
    expect(omar.getByText(text)).toBeVisible();
    expect(omar.queryByRole('button', { name: 'Approve' })).toBeNull();
    expect(omar.queryByRole('button', { name: 'Approve for less time…' })).toBeNull();
    expect(omar.getByRole('button', { name: 'Deny…' })).toBeVisible();
    expect(omar.queryByText(/Grants:/)).toBeNull();
    expect((await row('Nina')).getByText(/^They have this role until Dec 3, 2026/)).toBeVisible();
  },
);

test('a request about a collection links to it, and shows the roles that it passes down', async () => {
  const target = { kind: 'instance', resource: 'collections', id: 'c-1', role: 'editor' } as const;
  await renderRequests(
    stubRequest({ target, reason: 'why', duration: null }, { requester: { key: 'u-omar', name: 'Omar' } }),
  );
  const omar = await row('Omar');
  expect(omar.getByText('Editor of the collection')).toBeVisible();
  expect(omar.getByRole('link', { name: 'Audit 2026' })).toHaveAttribute('href', '/reports/collections/c-1');
  expect(omar.getByText('View collections, Edit collections')).toBeVisible();
  expect(omar.getByText('and the same role on every report in the collection')).toBeVisible();
});

test('a request that extended a grant shows the changed expiry and the new duration', async () => {
  const grant = {
    ...stubGrant(7 * 86_400),
    status: 'active' as const,
    grantedAt: '2026-11-01T09:00:00.000Z',
  };
  const request = {
    ...asked('Nina'),
    status: 'approved' as const,
    decidedBy: { key: 'u-admin', name: 'Amelia Hart' },
    decidedAt: new Date().toISOString(),
    grant,
  };
  await renderApp(`/requests/${request.id}`, 'admin', (server) => void server.requests.push(request));
  expect(await screen.findByText('Expiry changed')).toBeVisible();
  expect(screen.queryByText('Role assigned')).toBeNull();
  cleanup();
  await renderApp('/requests?status=approved', 'admin', (server) => void server.requests.push(request));
  expect(await (await row('Nina')).findByText('1 week')).toBeVisible();
});

test('a request that cannot be approved shows why, and what to do', async () => {
  const app = await renderRequests(asked('Nina'));
  app.server.refuse('requests.approve', 'ALREADY_HELD');
  const nina = await row('Nina');
  await app.user.click(nina.getByRole('button', { name: 'Approve' }));
  expect(await nina.findByRole('alert')).toHaveTextContent(/already have this role/);
});

test("one's own request has no buttons, and says why", async () => {
  await renderRequests(asked('Amelia', 'u-admin'));
  const own = await row('Amelia');
  expect(own.getByText('You can’t approve your own requests.')).toBeVisible();
  expect(own.queryByRole('button')).toBeNull();
});

test('loads thirty requests with their effects in one query', async () => {
  const app = await renderRequests(...Array.from({ length: 30 }, (_, index) => asked(`P${index}`)));
  expect(await screen.findAllByText('Create reports, View members')).toHaveLength(30);
  expect(
    app.server.inputsOf('requests.list').filter((input) => Object(input).withMeaning === true),
  ).toHaveLength(1);
  expect(app.server.inputsOf('requests.get')).toEqual([]);
});

test('changing the filter keeps the open forms of several rows', async () => {
  const app = await renderRequests(asked('Nina'), asked('Omar'));
  const [nina, omar] = [await row('Nina'), await row('Omar')];
  for (const [one, note] of [
    [nina, 'Not now'],
    [omar, 'Never'],
  ] as const) {
    await app.user.click(one.getByRole('button', { name: 'Deny…' })); // oxlint-disable-line no-await-in-loop -- one after the other
    await app.user.type(one.getByLabelText('Note'), note); // oxlint-disable-line no-await-in-loop -- see above
  }
  await app.user.click(screen.getByRole('link', { name: 'Denied' }));
  await waitFor(() => expect(app.address()).toBe('/requests?status=refused'));
  await waitFor(() => expect(app.network.unanswered()).toEqual([]));
  expect(nina.getByLabelText('Note')).toHaveValue('Not now');
  expect(omar.getByLabelText('Note')).toHaveValue('Never');
  await app.user.click(nina.getByRole('button', { name: 'Cancel' }));
  expect(screen.queryByRole('listitem', { name: /Nina/ })).toBeNull();
  expect(omar.getByLabelText('Note')).toHaveValue('Never');
  await app.user.click(omar.getByRole('button', { name: 'Cancel' }));
  expect(await screen.findByText('No denied requests yet')).toBeVisible();
  expect(screen.getByRole('main')).toHaveFocus();
});

test('users who cannot decide any request have no sidebar entry', async () => {
  const app = await renderApp('/reports', 'viewer');
  await waitFor(() => expect(app.server.inputsOf('requests.list')).toHaveLength(1));
  expect(screen.queryByRole('link', { name: /Access requests/ })).toBeNull();
});
