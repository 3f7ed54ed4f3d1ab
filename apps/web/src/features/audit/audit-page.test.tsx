import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { expect, onTestFinished, test, vi } from 'vitest';
import { renderApp, type RenderedApp } from '../../testing/render-app.tsx';
import { stubEvent } from '../../testing/stub-audit.ts';
import { stubExplanation } from '../../testing/stub-why.ts';

const denied = stubEvent('0199a000-0000-7000-8000-000000000001');
const given = stubEvent('0199a000-0000-7000-8000-000000000002', {
  kind: 'change',
  action: 'role.assign',
  outcome: 'done',
  actor: 'u-admin',
  subject: 'u-viewer',
  channel: 'console',
  reason: null,
  detail: { before: { roles: ['viewer'] }, after: { roles: ['viewer', 'editor'] } },
  latency: null,
});
const outage = stubEvent('0199a000-0000-7000-8000-000000000003', {
  action: 'reports:view',
  outcome: 'unavailable',
  reason: 'timeout',
  instance: 'r-1',
  actorKind: 'machine',
});
const own = stubEvent('0199a000-0000-7000-8000-000000000004', {
  kind: 'change',
  action: 'audit.gap',
  outcome: 'done',
  actor: null,
  actorKind: 'system',
  channel: 'console',
  reason: null,
  detail: { after: { count: 3 }, leftOut: 12_345 },
});

const renderAudit = (path = '/audit'): Promise<RenderedApp> =>
  renderApp(path, 'admin', (server) => {
    server.events.push(denied, given, outage, own);
  });
const rows = async () => within(await screen.findByRole('list', { name: 'Events, newest first' }));

test('an event is one line: user, outcome, action, instance and reason', async () => {
  await renderAudit();
  const lines = (await rows()).getAllByRole('button').map(({ textContent }) => textContent);
  expect(lines).toEqual([
    expect.stringMatching(/Jonas Weber.*Denied.*Create reports · no role grants this permission/),
    expect.stringMatching(/Amelia Hart.*Done.*Assign a role · Jonas Weber/),
    expect.stringMatching(
      /Jonas Weber.*Machine.*Unavailable.*View reports · Q4 review · Permit didn’t answer in time/,
    ),
    expect.stringMatching(/System.*Done.*Events were lost/),
  ]);
});

test('an action by an actor names both the actor and the user', async () => {
  const { user } = await renderApp('/audit', 'admin', (server) => {
    server.events.push({
      ...denied,
      action: 'members:assign',
      actor: 'u-viewer',
      subject: 'u-admin',
      reason: 'acting',
      detail: { procedure: 'members.assign', actsFor: { subject: 'u-admin', priorActors: [] } },
    });
  });
  const [line] = (await rows()).getAllByRole('button');
  expect(line?.textContent).toMatch(
    /Jonas Weber.*Denied.*acting for Amelia Hart · not available when acting for someone else/,
  );
  if (line !== undefined) await user.click(line);
  expect((await screen.findByText('Acting for')).nextElementSibling?.textContent).toContain('Amelia Hart');
});

test('names the application of a call with the host of an unregistered one, and filters by it', async () => {
  const clientId = 'https://scribe.example/client.json';
  const app = await renderApp('/audit', 'admin', ({ events }) => {
    const through = (via: object, id: string) => ({ ...denied, id, detail: { via } });
    events.push(
      through({ clientId, name: 'Scribe' }, denied.id),
      through({ clientId: 'https://other.example/client.json' }, given.id),
      through({ clientId: 'app-7', name: 'Robot' }, outage.id),
    );
  });
  const [named, unnamed, registered] = (await rows()).getAllByRole('button');
  expect(named).toHaveTextContent(/through Scribe \(unverified, scribe\.example\)/);
  expect(unnamed).toHaveTextContent(/through other\.example ·/);
  expect(registered).toHaveTextContent(/through Robot ·/);
  await app.user.click(named!);
  expect(screen.getByText(clientId)).toBeVisible();
  await app.user.click(screen.getByRole('link', { name: 'Only this application' }));
  await waitFor(() =>
    expect(app.server.inputsOf('audit.list').at(-1)).toMatchObject({ application: clientId }),
  );
  expect(app.server.inputsOf('audit.histogram').at(-1)).toMatchObject({ application: clientId });
  await app.user.click(await screen.findByRole('link', { name: /^Application Scribe \(unverified/ }));
  await waitFor(() => expect(app.address()).toBe('/audit'));
});

test('“See why” is about the viewed user of a decision; in a view as a role it is hidden', async () => {
  const { user } = await renderApp('/audit', 'admin', (server) => {
    const inView = { ...denied, actor: 'u-admin' };
    const [asPerson, asRole] = [{ subject: 'u-viewer' }, { role: 'editor' }];
    server.events.push(
      { ...inView, subject: 'u-viewer', detail: { viewAs: asPerson } },
      { ...inView, id: given.id, detail: { viewAs: asRole } },
    );
  });
  const [ofPerson, ofRole] = (await rows()).getAllByRole('button');
  await user.click(ofRole!);
  expect(screen.queryByRole('button', { name: 'See why (current)' })).toBeNull();
  await user.click(ofPerson!);
  await user.click(screen.getByRole('button', { name: 'See why (current)' }));
  expect(await screen.findByRole('link', { name: 'Open full page' })).toHaveAttribute(
    'href',
    '/why?person=u-viewer&permission=reports%3Acreate',
  );
});

test('an event whose record is incomplete shows how much is missing', async () => {
  const app = await renderAudit();
  await app.user.click((await rows()).getByRole('button', { name: /Events were lost/ }));
  expect(screen.getByText('12,345 characters didn’t fit in one event')).toBeVisible();
});

test('a line expands to all details, with links', async () => {
  const app = await renderAudit();
  await app.user.click((await rows()).getByRole('button', { name: /Create reports/ }));
  expect(screen.getByText('Permit (live)')).toBeVisible();
  expect(screen.getByText('1.23 ms')).toBeVisible();
  expect(screen.queryByText('reports:create')).toBeNull();
  await app.user.click(screen.getByRole('button', { name: 'See why (current)' }));
  const why = within(await screen.findByRole('dialog', { name: 'Why: Create reports' }));
  expect(await why.findByRole('heading', { name: 'No, Nina can’t' })).toBeVisible();
  expect(why.getByRole('link', { name: 'Open full page' })).toHaveAttribute(
    'href',
    '/why?person=u-viewer&permission=reports%3Acreate',
  );
  await app.user.keyboard('{Escape}');
  await app.user.click((await rows()).getByRole('button', { name: /Assign a role/ }));
  expect(screen.getByText(/"viewer",\s+"editor"/)).toBeVisible();
  await app.user.click(screen.getAllByRole('link', { name: 'Only this person' })[1]!);
  await waitFor(() => expect(app.address()).toBe('/audit?person=u-admin'));
  await waitFor(async () => expect((await rows()).getAllByRole('listitem')).toHaveLength(1));
});

test('filters are in the URL, sent to the server, and can be removed one by one', async () => {
  const app = await renderAudit('/audit?period=week&show=denied&person=u-viewer');
  expect(await screen.findByRole('link', { name: 'Last 7 days' })).toHaveAttribute('aria-current', 'page');
  expect((await rows()).getAllByRole('listitem')).toHaveLength(1);
  expect(app.server.inputsOf('audit.list').at(-1)).toMatchObject({
    kind: 'decision',
    outcomes: ['deny'],
    person: 'u-viewer',
    from: expect.stringMatching(/:00:00\.000Z$/),
  });
  await app.user.click(screen.getByRole('link', { name: /Person Jonas Weber/ }));
  await waitFor(() => expect(app.address()).toBe('/audit?period=week&show=denied'));
});

test('uses the singular for one event', async () => {
  await renderApp('/audit', 'admin', ({ events }) => events.push(denied));
  expect(await screen.findByText('1 event, 1 denied')).toBeVisible();
  expect(screen.getByRole('link', { name: /: 1 event, 1 denied$/ })).toBeVisible();
});

test('a bar of the chart links to its period; the table shows the same', async () => {
  const app = await renderAudit();
  expect(await screen.findByText('4 events, 1 denied')).toBeVisible();
  await app.user.click(screen.getByRole('button', { name: 'Show as a table' }));
  const [, ...counted] = within(await screen.findByRole('table')).getAllByRole('row');
  expect(
    counted.map((row) =>
      within(row)
        .getAllByRole('cell')
        .map(({ textContent }) => textContent),
    ),
  ).toEqual([['4', '1']]);
  await app.user.click(screen.getByRole('button', { name: 'Show as a chart' }));
  await app.user.click(screen.getByRole('link', { name: /4 events, 1 denied/ }));
  await waitFor(() => expect(app.address()).toMatch(/^\/audit\?from=.+&to=.+/));
});

test('the bars of a long period are days in the viewer’s time zone, even when the clocks change', async () => {
  vi.stubEnv('TZ', 'America/New_York');
  onTestFinished(() => void vi.unstubAllEnvs());
  const [sunday, monday, tuesday] = [
    '2026-03-08T05:00:00.000Z',
    '2026-03-09T04:00:00.000Z',
    '2026-03-10T04:00:00.000Z',
  ];
  const decision = { kind: 'decision', outcome: 'allow' } as const;
  const app = await renderApp(`/audit?from=${sunday}&to=${tuesday}`, 'admin', ({ answers }) => {
    answers.audit.histogram = {
      unit: 'day',
      bars: [
        { ...decision, at: sunday, count: 2 },
        { ...decision, at: monday, count: 3 },
      ],
    };
  });
  expect(await screen.findByRole('link', { name: 'Mar 9: 3 events, 0 denied' })).toBeVisible();
  expect(app.server.inputsOf('audit.histogram').at(-1)).toMatchObject({ timeZone: 'America/New_York' });
  await app.user.click(screen.getByRole('link', { name: 'Mar 8: 2 events, 0 denied' }));
  await waitFor(() => expect(screen.getByLabelText('Last day')).toHaveValue('2026-03-08'));
  expect(screen.getByLabelText('First day')).toHaveValue('2026-03-08');
  expect(chosenTime(app)).toEqual({ from: Date.parse(sunday), to: Date.parse(monday) });
});

const hour = 3_600_000;
const chosenTime = (app: RenderedApp): { from: number; to: number } => {
  const { searchParams } = new URL(app.address(), location.origin);
  const [from, to] = [searchParams.get('from'), searchParams.get('to')].map((text) => Date.parse(text ?? ''));
  return { from: from ?? Number.NaN, to: to ?? Number.NaN };
};

const dragOn = (target: HTMLElement) => [
  { keys: '[MouseLeft>]', target, coords: { clientX: 235 } },
  { target, coords: { clientX: 205 } },
];

test('several bars are selected by dragging over them; Escape cancels', async () => {
  const app = await renderAudit();
  const list = await screen.findByRole('list', { name: 'Events over time' });
  const bars = within(list).getAllByRole('listitem', { hidden: true });
  expect(bars).toHaveLength(25);
  vi.spyOn(list, 'getBoundingClientRect').mockReturnValue(new DOMRect(0, 0, 250, 100));
  const target = screen.getByRole('link', { name: /4 events, 1 denied/ });
  // The bar of an hour without events is not focusable.
  await app.user.pointer(dragOn(bars[20]!));
  expect(
    screen.getByText(/to .*: 4 events, 1 denied\. Press Enter to apply, Escape to cancel\./),
  ).toBeVisible();
  await app.user.keyboard('{Escape}');
  expect(screen.queryByText(/Escape to cancel/)).toBeNull();
  await app.user.pointer({ keys: '[/MouseLeft]', target: bars[20]!, coords: { clientX: 205 } });
  expect(app.address()).toBe('/audit');
  await app.user.pointer([...dragOn(target), { keys: '[/MouseLeft]', target, coords: { clientX: 205 } }]);
  await waitFor(() => expect(app.address()).toMatch(/from=.+&to=/));
  const { from, to } = chosenTime(app);
  expect(to - from).toBe(4 * hour);
  expect(Date.parse(denied.at)).toBeGreaterThanOrEqual(to - hour);
  expect(Date.parse(denied.at)).toBeLessThan(to);
});

test('several bars are selected by keyboard and announced; Escape cancels', async () => {
  const app = await renderAudit();
  const bar = await screen.findByRole('link', { name: /4 events, 1 denied/ });
  bar.focus();
  await app.user.keyboard('{Shift>}{ArrowLeft}{ArrowLeft}{/Shift}');
  const status = screen.getByText(/: 4 events, 1 denied\. Press Enter to apply/);
  expect(status).toHaveRole('status');
  await app.user.keyboard('{Escape}');
  expect(screen.getByText(/Select a bar, or drag across several/)).toBeVisible();
  await app.user.keyboard('{Shift>}{ArrowRight}{ArrowRight}{Home}{ArrowRight}{/Shift}{Enter}');
  await waitFor(() => expect(app.address()).toMatch(/from=.+&to=/));
  const { from, to } = chosenTime(app);
  // All 25 bars, one hour each, without the first and the last.
  expect(to - from).toBe(23 * hour);
  expect(screen.getByRole('list', { name: 'Events over time' })).toHaveFocus();
});

test('without events it suggests what to do', async () => {
  const app = await renderAudit('/audit?person=u-nobody');
  await app.user.click(await screen.findByRole('link', { name: 'Show all events from the last day' }));
  expect((await rows()).getAllByRole('listitem')).toHaveLength(4);
});

test('an event has its own page with the reasons at that time; a missing event is not found', async () => {
  await renderAudit(`/audit/${denied.id}`);
  expect(await screen.findByRole('heading', { level: 1, name: 'Create reports' })).toBeVisible();
  expect(screen.getByText(/^No reasons were recorded/)).toBeVisible();
  cleanup();
  await renderApp(`/audit/${denied.id}`, 'admin', ({ events, patch }) => {
    events.push(denied);
    const question = { subject: 'u-viewer', permission: 'reports:create' };
    patch('audit', 'get', { why: { asOf: denied.at, explanation: stubExplanation(question, 'viewer') } });
  });
  expect(await screen.findByText(/^As of/)).toBeVisible();
  expect(screen.getByText('None of the assigned roles allows this.')).toBeVisible();
  cleanup();
  await renderAudit('/audit/0199a000-0000-7000-8000-00000000000f');
  expect(await screen.findByRole('heading', { level: 1, name: 'This event doesn’t exist' })).toBeVisible();
});

const whole = (): Response =>
  new Response('{"id":1}\n', {
    headers: { 'content-disposition': 'attachment; filename="audit-1.jsonl"' },
  });
const busy = (): Response =>
  Response.json({ status: 503, code: 'SERVER_BUSY', requestId: null }, { status: 503 });
const endless = (signal: AbortSignal | null | undefined): Response =>
  new Response(
    new ReadableStream({
      start: (body) => signal?.addEventListener('abort', () => body.error(signal.reason)),
    }),
  );

const iso = (date: string): string => new Date(`${date}T00:00`).toISOString();

test('filters by a person found by name, and by a range of dates', async () => {
  const app = await renderAudit('/audit');
  await app.user.click(await screen.findByRole('combobox', { name: 'Person' }));
  await app.user.type(await screen.findByRole('combobox', { name: 'Name or email' }), 'in');
  await app.user.click(await screen.findByRole('option', { name: /Nina/ }));
  expect(await screen.findByRole('link', { name: /^Person .*Remove this filter/ })).toBeVisible();
  expect(app.address()).toBe('/audit?person=u-nina');
  fireEvent.change(screen.getByLabelText('First day'), { target: { value: '2026-11-02' } });
  fireEvent.change(await screen.findByLabelText('Last day'), { target: { value: '2026-11-03' } });
  await waitFor(() => {
    const search = new URLSearchParams(app.address().split('?')[1]);
    expect(Object.fromEntries(search)).toEqual({
      person: 'u-nina',
      from: iso('2026-11-02'),
      to: iso('2026-11-04'),
    });
  });
  expect(screen.getByLabelText('First day')).toHaveValue('2026-11-02');
  expect(screen.getByLabelText('Last day')).toHaveValue('2026-11-03');
});

test('exports the filtered events as a file, or shows why it failed', async () => {
  const app = await renderAudit('/audit?person=u-viewer');
  const [rest, asked, saved] = [fetch, [] as URL[], [] as (Blob | MediaSource)[]];
  let answer: typeof endless = whole;
  vi.stubGlobal('fetch', async (input: string | URL | Request, init?: RequestInit) => {
    if (typeof input !== 'string' || !input.startsWith('/api/audit/export')) return rest(input, init);
    asked.push(new URL(input, 'http://console.example'));
    return answer(init?.signal);
  });
  vi.spyOn(URL, 'createObjectURL').mockImplementation((file) => `blob:${saved.push(file)}`);
  vi.spyOn(URL, 'revokeObjectURL').mockReturnValue();
  const exportLines = async (): Promise<void> => {
    await app.user.click(await screen.findByRole('button', { name: 'Export' }));
    await app.user.click(await screen.findByRole('menuitem', { name: 'JSON Lines' }));
  };
  await exportLines();
  expect(await screen.findByText('audit-1.jsonl saved.')).toBeVisible();
  expect(asked[0]?.searchParams.get('format')).toBe('jsonl');
  expect(JSON.parse(asked[0]?.searchParams.get('filter') ?? '')).toMatchObject({ person: 'u-viewer' });
  expect(saved).toHaveLength(1);
  answer = busy;
  await exportLines();
  expect(await screen.findByText(/another export is running/)).toBeVisible();
  answer = () => Response.json({ status: 413, code: 'REQUEST_TOO_LARGE', requestId: null }, { status: 413 });
  await exportLines();
  expect(await screen.findByText(/too long for an Excel file/)).toBeVisible();
  expect(screen.queryByRole('button', { name: 'Try again' })).toBeNull();
  answer = () => new Response(new ReadableStream({ start: (body) => body.error(new Error('gone')) }));
  await exportLines();
  expect(await screen.findByText(/the connection was lost/)).toBeVisible();
  vi.spyOn(app.auth, 'accessToken').mockRejectedValueOnce(new TypeError('Failed to fetch'));
  answer = whole;
  await exportLines();
  expect(await screen.findByText(/Logto can’t be reached/)).toBeVisible();
  await app.user.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await screen.findByText('audit-1.jsonl saved.')).toBeVisible();
  answer = busy;
  await exportLines();
  await screen.findByText(/another export is running/);
  answer = endless;
  await exportLines();
  expect(screen.queryByText(/another export is running/)).toBeNull();
  await app.user.click(await screen.findByRole('button', { name: /^Stop export/ }));
  expect(await screen.findByRole('button', { name: 'Export' })).toBeVisible();
  expect(saved).toHaveLength(2);
});

test('labels a deleted account, and names a machine without an account by its id', async () => {
  const gone = { key: 'a-long-id-of-jonas', name: null, isGone: true };
  await renderApp('/audit', 'admin', ({ people, events }) => {
    people.push(gone);
    events.push(
      stubEvent('0199a000-0000-7000-8000-000000000005', { actor: gone.key, subject: gone.key }),
      stubEvent('0199a000-0000-7000-8000-000000000006', { actor: gone.key, actorKind: 'machine' }),
    );
  });
  const lines = (await rows()).getAllByRole('button').map(({ textContent }) => textContent);
  expect(lines).toEqual([
    expect.stringMatching(/Deleted account…-jonas.* · Deleted account/),
    expect.stringMatching(/a-long-id-of-jonas/),
  ]);
});

const select = () => screen.findByRole('combobox', { name: 'Saved view' });
const shown = async (name: string) => waitFor(async () => expect(await select()).toHaveDisplayValue(name));

test('a filter is saved under a name, applied, renamed and deleted, with undo', async () => {
  const app = await renderApp('/audit?show=denied', 'admin');
  await app.user.click(await screen.findByRole('button', { name: 'Save this view' }));
  await app.user.keyboard('{Enter}');
  expect(await screen.findByText('Enter a name.')).toBeVisible();
  await app.user.keyboard('Refusals{Enter}');
  await shown('Refusals');
  expect(screen.getByRole('group', { name: 'Saved views' })).toHaveFocus();
  expect(app.server.views).toMatchObject([{ name: 'Refusals', filter: { show: 'denied' } }]);

  await app.user.click(screen.getByRole('link', { name: 'Changes' }));
  await shown('Saved views');
  await app.user.selectOptions(await select(), 'Refusals');
  await waitFor(() => expect(app.address()).toBe('/audit?show=denied'));

  await app.user.click(await screen.findByRole('button', { name: 'Rename view' }));
  await app.user.keyboard('Denials{Enter}');
  await shown('Denials');
  await app.user.click(screen.getByRole('button', { name: 'Undo' }));
  await shown('Refusals');

  await app.user.click(screen.getByRole('button', { name: 'Delete view' }));
  await shown('No saved views yet');
  expect(screen.getByRole('group', { name: 'Saved views' })).toHaveFocus();
  await app.user.click(screen.getByRole('button', { name: 'Undo' }));
  await shown('Refusals');
  expect(app.server.views).toMatchObject([{ name: 'Refusals', filter: { show: 'denied' } }]);
});

test('reports a duplicate name beside the field, and Escape closes the form', async () => {
  const app = await renderApp('/audit', 'admin', (server) => {
    server.views = [{ id: 'view-1', name: 'Refusals', filter: { show: 'denied' } }];
    server.refuse('audit.saveView', 'VIEW_NAME_TAKEN');
  });
  await app.user.click(await screen.findByRole('button', { name: 'Save this view' }));
  await app.user.keyboard('Refusals{Enter}');
  expect(await screen.findByText('You already have a view with this name.')).toBeVisible();
  expect(screen.getByRole('textbox', { name: 'Name' })).toBeInvalid();
  await app.user.keyboard('{Escape}');
  await shown('Saved views');
  expect(app.server.views).toHaveLength(1);
});
