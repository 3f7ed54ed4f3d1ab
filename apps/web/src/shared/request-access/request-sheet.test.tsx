import { cleanup, screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { dateInDays } from '../../ui/format-time.ts';
import { renderApp, type RenderedApp } from '../../testing/render-app.tsx';
import { typedText } from '../../auth/stored-data.ts';
import { stubRequest } from '../../testing/stub-requests.ts';

const sheet = async (name = 'Request access') => within(await screen.findByRole('dialog', { name }));
const open = async ({ user }: RenderedApp, button = 'Request access') => {
  await user.click(await screen.findByRole('button', { name: button }));
  return sheet();
};
const send = async (
  { user }: RenderedApp,
  form: Awaited<ReturnType<typeof sheet>>,
  reason: string,
): Promise<void> => {
  await user.type(await form.findByLabelText('Reason'), reason);
  await user.click(form.getByRole('button', { name: 'Send request' }));
};
const ownRequests = async () => within(await screen.findByRole('region', { name: 'Your requests' }));
const sentBy = ({ server }: RenderedApp): unknown[] => server.inputsOf('requests.create');

const editorRole = { kind: 'role', role: 'editor' } as const;
const sent = { target: editorRole, reason: 'Quarterly review', duration: 604_800 };

test('from the access page: shows effect, approvers and reason; after sending, the same sheet shows the request', async () => {
  const app = await renderApp('/access', 'viewer');
  const form = await open(app, 'Request access: Editor');
  expect(await form.findByText('Create reports')).toBeVisible();
  expect(form.getByText('View members')).toBeVisible();
  expect(form.getByText('Amelia Hart')).toBeVisible();

  await app.user.click(form.getByRole('button', { name: 'Send request' }));
  expect(form.getByLabelText('Reason')).toHaveFocus();
  expect(form.getByLabelText('Reason')).toHaveAccessibleDescription('Enter a reason.');
  expect(sentBy(app)).toEqual([]);

  await app.user.type(form.getByLabelText('Reason'), ' I review Q4 ');
  await app.user.click(form.getByRole('radio', { name: '1 day' }));
  await app.user.click(form.getByRole('button', { name: 'Send request' }));
  const request = await sheet('Your request');
  expect(await request.findByText('Waiting for review')).toBeVisible();
  await waitFor(() => expect(document.activeElement).toHaveTextContent(/^Waiting for review$/));
  expect(sentBy(app)).toEqual([{ target: editorRole, reason: 'I review Q4', duration: 86_400 }]);

  await app.user.keyboard('{Escape}');
  const own = await ownRequests();
  expect(own.getByText('Waiting for review')).toBeVisible();
});

test('requests a permanent role, and one until a date within a year', async () => {
  const app = await renderApp('/access', 'viewer');
  const form = await open(app, 'Request access: Editor');
  await app.user.type(await form.findByLabelText('Reason'), 'Review');
  await app.user.click(form.getByRole('radio', { name: 'Custom date' }));
  await app.user.click(form.getByRole('button', { name: 'Send request' }));
  expect(form.getByLabelText('Last day')).toHaveFocus();
  expect(form.getByLabelText('Last day')).toHaveAccessibleDescription('Choose a date within the next year.');
  expect(sentBy(app)).toEqual([]);
  await app.user.click(form.getByRole('radio', { name: 'Permanent' }));
  await app.user.click(form.getByRole('button', { name: 'Send request' }));
  await sheet('Your request');
  expect(sentBy(app)).toEqual([{ target: editorRole, reason: 'Review', duration: null }]);
});

test('a role that can change access is requested for a week by default, and where the server says so, never for good', async () => {
  const app = await renderApp('/access', 'viewer', ({ patch }) =>
    patch('requests', 'preview', {
      durations: { choices: [86_400, 604_800], min: 60, max: 366 * 86_400, forGood: false },
    }),
  );
  const form = await open(app, 'Request access: Administrator');
  await waitFor(() => expect(form.queryByRole('radio', { name: 'Permanent' })).toBeNull());
  expect(form.getByRole('radio', { name: '1 week' })).toBeChecked();
});

test('from a denied page: suggests a role on the report first, with the denied permission', async () => {
  const app = await renderApp('/reports/r-1', 'viewer');
  await screen.findByRole('heading', { level: 1, name: 'You don’t have access to this' });
  const form = await open(app);
  expect(form.getByRole('radio', { name: 'Editor of this report' })).toBeChecked();
  await send(app, form, 'Review');
  await sheet('Your request');
  expect(sentBy(app)).toEqual([
    {
      target: { kind: 'instance', resource: 'reports', id: 'r-1', role: 'editor' },
      reason: 'Review',
      duration: 604_800,
      permission: 'reports:edit',
      on: 'r-1',
    },
  ]);
});

test('from a denied confidential report: says who can grant clearance, and offers only roles that include the permission', async () => {
  const app = await renderApp('/reports/r-1', 'viewer', ({ reports }) => {
    for (const report of reports)
      Object.assign(report, { status: 'published', classification: 'confidential' });
  });
  await screen.findByRole('heading', { level: 1, name: 'You don’t have access to this' });
  expect(
    await screen.findByText(
      /Someone who manages users in Logto can assign you the role “Cleared for confidential”/,
    ),
  ).toBeVisible();
  const form = await open(app);
  expect(form.queryAllByRole('radio', { name: /report|organization/ })).toEqual([]);
  expect(form.getByText('Administrator')).toBeVisible();
  expect(await form.findByText('View confidential reports')).toBeVisible();
  await send(app, form, 'Audit');
  await sheet('Your request');
  const [request] = sentBy(app);
  expect(request).toMatchObject({
    target: { kind: 'role', role: 'admin' },
    permission: 'reports:view-confidential',
    on: 'r-1',
  });
});

test('from a disabled button: selects the smallest role with the permission', async () => {
  const app = await renderApp('/reports', 'viewer');
  const form = await open(app);
  expect(form.getByRole('radio', { name: /Editor/ })).toBeChecked();
  expect(form.getAllByRole('radio', { name: /in this organization/ })).toHaveLength(2);
});

test.each([
  ['ALREADY_HELD', 'You already have this role'],
  ['ROLE_MANAGED_IN_LOGTO', 'This role is managed in Logto'],
] as const)('%s: the form shows it, and nothing can be sent', async (obstacle, title) => {
  const app = await renderApp('/access', 'viewer', ({ patch }) =>
    patch('requests', 'preview', { obstacle, ...(obstacle === 'ALREADY_HELD' && { adds: [] }) }),
  );
  const form = await open(app, 'Request access: Editor');
  expect(await form.findByText(title)).toBeVisible();
  expect(form.queryByRole('button', { name: 'Send request' })).toBeNull();
  expect(form.queryByText('Grants') === null).toBe(obstacle === 'ALREADY_HELD');
});

test('links to the open request for a role that was already requested', async () => {
  const app = await renderApp('/reports/new', 'viewer', ({ requests, patch }) => {
    patch('requests', 'preview', { obstacle: 'REQUEST_OPEN' });
    requests.push(stubRequest(sent));
  });
  await app.user.click(await screen.findByRole('button', { name: 'Request access' }));
  await app.user.click(await (await sheet()).findByRole('button', { name: 'Show request' }));
  expect(await (await sheet('Your request')).findByText('Quarterly review')).toBeVisible();
});

test('shows the open request of a role instead of a second form', async () => {
  const app = await renderApp('/access', 'viewer', ({ requests }) => {
    requests.push(stubRequest(sent));
  });
  await app.user.click(await screen.findByRole('button', { name: 'Show request: Editor' }));
  expect(await (await sheet('Your request')).findByText('Quarterly review')).toBeVisible();
  expect(screen.queryByRole('button', { name: 'Request access: Editor' })).toBeNull();
});

test('with too many open requests, shows the error and preserves the form', async () => {
  const app = await renderApp('/access', 'viewer', ({ refuse }) =>
    refuse('requests.create', 'REQUEST_LIMIT'),
  );
  const form = await open(app, 'Request access: Editor');
  await app.user.type(form.getByLabelText('Reason'), 'Review');
  await app.user.click(form.getByRole('radio', { name: 'Custom date' }));
  await app.user.type(form.getByLabelText('Last day'), dateInDays(30, new Date()));
  await app.user.click(form.getByRole('button', { name: 'Send request' }));
  expect(await form.findByText(/too many open requests/)).toBeVisible();
  // As after a sign-in, the form is mounted again.
  await app.user.keyboard('{Escape}');
  const again = await open(app, 'Request access: Editor');
  expect(again.getByLabelText('Reason')).toHaveValue('Review');
  expect(again.getByRole('radio', { name: 'Custom date' })).toBeChecked();
  expect(again.getByLabelText('Last day')).toHaveValue(dateInDays(30, new Date()));
});

test('withdraws a request, and requests the same again with the same reason', async () => {
  const { user } = await renderApp('/access', 'viewer', ({ requests }) => {
    requests.push(stubRequest(sent));
  });
  const own = await ownRequests();
  await user.click(own.getByRole('button', { name: /Editor/ }));
  const request = await sheet('Your request');
  await user.click(await request.findByRole('button', { name: 'Withdraw request' }));
  expect(await request.findByText('Withdrawn')).toBeVisible();
  expect(document.activeElement).toHaveTextContent(/^Withdrawn$/);
  await user.click(request.getByRole('button', { name: 'Request again' }));
  expect((await sheet()).getByLabelText('Reason')).toHaveValue('Quarterly review');
  expect((await sheet()).getByLabelText('Reason')).toHaveFocus();
});

const grant = {
  id: 'g-1',
  status: 'active',
  grantedAt: '2026-11-20T10:00:00.000Z',
  expiresAt: '2026-12-01T10:00:00.000Z',
  endsSoon: false,
  endedAt: null,
  failure: null,
} as const;

test.each([
  [{ ...grant, status: 'pending' }, /You’ll have the role in a moment/, false],
  [grant, /^Approved, until Dec 1, 2026/, false],
  [{ ...grant, endsSoon: true }, /^Expires soon: Dec 1, 2026/, true],
  [{ ...grant, expiresAt: null }, /^Approved, permanent/, false],
  [{ ...grant, status: 'ended', endedAt: '2026-12-01T10:00:01.000Z' }, /^Expired on Dec 1, 2026/, true],
  [{ ...grant, status: 'failed' }, /couldn’t be assigned/, true],
] as const)('an approved request shows the state of the role (%#)', async (its, text, again) => {
  await renderApp('/access', 'viewer', ({ requests }) => {
    requests.push(stubRequest(sent, { status: 'approved', grant: its }));
  });
  const own = await ownRequests();
  expect(own.getByText(text)).toBeVisible();
  expect(own.queryByRole('button', { name: 'Request again' }) !== null).toBe(again);
});

test('shows three requests initially, and the others on demand', async () => {
  const { user } = await renderApp('/access', 'viewer', ({ requests }) => {
    for (let index = 0; index < 5; index += 1) {
      requests.push(stubRequest(sent, { status: 'withdrawn' }));
    }
  });
  const own = await ownRequests();
  expect(own.getAllByText('Withdrawn')).toHaveLength(3);
  await user.click(own.getByRole('button', { name: 'Show all requests' }));
  expect(own.getAllByText('Withdrawn')).toHaveLength(5);
});

test('after a reload, an older request is found on a later page', async () => {
  const open = { path: '/access', content: { kind: 'sent', id: 'first' } };
  typedText('u-viewer', 'request-sheet').write(JSON.stringify(open));
  await renderApp('/access', 'viewer', ({ requests }) => {
    requests.push(...Array.from({ length: 40 }, () => stubRequest(sent)));
    requests.push(stubRequest({ ...sent, reason: 'My first one' }, { id: 'first' }));
  });
  expect(await (await sheet('Your request')).findByText('My first one')).toBeVisible();
});

test('a half-written request reopens after a reload, in its organization only', async () => {
  const { user } = await renderApp('/access', 'viewer');
  await user.click(await screen.findByRole('button', { name: 'Request access: Editor' }));
  await user.type((await sheet()).getByLabelText('Reason'), 'Review');
  cleanup();
  await renderApp('/access?org=acme', 'viewer');
  await screen.findByRole('region', { name: 'You can' });
  expect(screen.queryByRole('dialog')).toBeNull();
  cleanup();
  await renderApp('/access', 'viewer');
  expect((await sheet()).getByLabelText('Reason')).toHaveValue('Review');
});

test('from a denied collection: suggests a role on it first, with its effect on reports; the request is then listed', async () => {
  const app = await renderApp('/reports/collections/c-1', 'viewer');
  await screen.findByRole('heading', { level: 1, name: 'You don’t have access to this' });
  expect(screen.getByText('Ask the collection’s owner or an administrator.')).toBeVisible();
  await app.user.click(screen.getByRole('button', { name: 'Why?' }));
  expect(await screen.findByRole('link', { name: 'Open full page' })).toHaveAttribute(
    'href',
    expect.stringContaining('on=c-1'),
  );
  await app.user.keyboard('{Escape}');
  const form = await open(app);
  expect(form.getByRole('radio', { name: 'Reader of this collection' })).toBeChecked();
  expect(form.getByText('Includes the same role on every report in the collection.')).toBeVisible();
  await send(app, form, 'Audit');
  const request = await sheet('Your request');
  expect(await request.findByText('Reader of one collection')).toBeVisible();
  expect(request.getByRole('link', { name: 'Open the collection' })).toHaveAttribute(
    'href',
    '/reports/collections/c-1',
  );
  expect(sentBy(app)).toEqual([
    {
      target: { kind: 'instance', resource: 'collections', id: 'c-1', role: 'reader' },
      reason: 'Audit',
      duration: 604_800,
      permission: 'collections:view',
      on: 'c-1',
    },
  ]);
});

test('shows a decision live, with its note', async () => {
  const { server, network, user } = await renderApp('/access', 'viewer', ({ requests }) => {
    requests.push(stubRequest(sent));
  });
  const own = await ownRequests();
  await user.click(own.getByRole('button', { name: /Editor/ }));
  const request = await sheet('Your request');
  expect(await request.findByText('Waiting for review')).toBeVisible();
  await waitFor(() => expect(network.openStreams()).toContain('requests.changes'));
  server.requests[0] = {
    ...server.requests[0]!,
    status: 'refused',
    decidedBy: { key: 'u-admin', name: 'Amelia Hart' },
    note: 'Ask Daniel to publish it.',
  };
  server.send('changed', 'requests.changes');
  expect(await request.findByText('Denied')).toBeVisible();
  expect(request.getByText('Ask Daniel to publish it.')).toBeVisible();
  expect(request.getByText('Amelia Hart')).toBeVisible();
});
