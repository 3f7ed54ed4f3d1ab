import { cleanup, screen, waitFor, within } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { announced, renderApp } from '../../testing/render-app.tsx';

const report = '00000000-0000-4000-8000-000000000001';
const chains = () => screen.getAllByRole('list', { name: 'From the person to the permission' });
const permission = () => screen.findByLabelText('Permission');

test('starts without a question: selecting one shows the answer inline and updates the URL', async () => {
  const app = await renderApp('/why', 'editor');
  expect(await screen.findByText('Choose what to check')).toBeVisible();
  await app.user.selectOptions(await permission(), 'Create reports');
  expect(await screen.findByRole('heading', { name: 'Yes, you can' })).toBeVisible();
  expect(await announced('Yes, you can')).toBeInTheDocument();
  expect(chains()).toHaveLength(1);
  expect(chains()[0]).toHaveTextContent('Mina Park');
  expect(chains()[0]).toHaveTextContent('Editor');
  expect(chains()[0]).toHaveTextContent('Create reports');
  expect(app.address()).toBe('/why?person=u-editor&permission=reports%3Acreate');
});

test('a denial is a chain that breaks before the permission, with remedies that can be requested', async () => {
  const app = await renderApp(`/why?permission=reports%3Apublish&on=${report}`, 'viewer');
  expect(await screen.findByRole('heading', { name: 'No, you can’t' })).toBeVisible();
  expect(chains()[0]).toHaveTextContent('doesn’t include');
  const remedies = within(screen.getByRole('heading', { name: 'How to get access' }).closest('section')!);
  expect(remedies.getAllByRole('listitem').map(({ textContent }) => textContent)).toEqual([
    'Owner of this reportRequest',
    'Owner of the collection Audit 2026Request',
    'Owner of the collection q4',
    'Administratorin this organizationRequest',
  ]);
  await app.user.click(remedies.getByRole('button', { name: 'Request access: Owner' }));
  expect(await screen.findByRole('dialog', { name: 'Request access' })).toHaveTextContent(
    'Owner of this report',
  );
  await app.user.keyboard('{Escape}');
  await app.user.click(remedies.getByRole('button', { name: 'Request access: Owner, Audit 2026' }));
  await waitFor(() =>
    expect(screen.getByRole('dialog', { name: 'Request access' })).toHaveTextContent(
      'Owner of this collectionAudit 2026',
    ),
  );
});

test('a role opens a popup with its permissions', async () => {
  const app = await renderApp('/why?permission=reports%3Acreate', 'editor');
  await app.user.click(await screen.findByRole('button', { name: /Editor/ }));
  const opened = await screen.findByRole('dialog', { name: 'Editor can' });
  expect(opened).toHaveTextContent('Create reports');
  expect(opened).toHaveTextContent('View reports');
  expect(opened).not.toHaveTextContent('Reconcile');
});

test('a shared link is about the user in the URL, and only they can request the remedies', async () => {
  await renderApp('/why?person=u-nina&permission=reports%3Acreate', 'admin');
  expect(await screen.findByRole('heading', { name: 'No, Nina can’t' })).toBeVisible();
  expect(screen.queryByRole('button', { name: /Request access/ })).toBeNull();
  expect(screen.getByText(/Send Nina the link/)).toBeVisible();
});

test('a user who can share a report grants the role on it there, with undo; others are not offered it', async () => {
  const question = `/why?person=u-nina&permission=reports%3Apublish&on=${report}`;
  const app = await renderApp(question, 'admin');
  await app.user.click(await screen.findByRole('button', { name: 'Share, Owner, Q4 review' }));
  expect(await screen.findByText('Nina is now Owner')).toBeVisible();
  const given = JSON.stringify({ id: report, subject: 'u-nina', role: 'owner' });
  expect(app.server.calls).toContain(`reports.share ${given}`);
  await app.user.click(screen.getByRole('button', { name: 'Undo' }));
  await waitFor(() => expect(app.server.calls).toContain(`reports.unshare ${given}`));
  expect(screen.getByRole('button', { name: 'Share, Owner, Audit 2026' })).toBeVisible();
  cleanup();

  await renderApp(question, 'editor', ({ deny }) => deny('reports.access'));
  expect(await screen.findByRole('heading', { name: 'No, Nina can’t' })).toBeVisible();
  expect(await screen.findByRole('button', { name: 'Share, Owner, Audit 2026' })).toBeVisible();
  expect(screen.queryByRole('button', { name: 'Share, Owner, Q4 review' })).toBeNull();
});

test('another user is found by name, and checked inline', async () => {
  const app = await renderApp('/why?permission=reports%3Acreate', 'admin');
  await app.user.click(await screen.findByRole('combobox', { name: 'Person: Mina Park' }));
  await app.user.type(await screen.findByRole('combobox', { name: 'Name, email, or ID' }), 'nin');
  expect(await screen.findByRole('option', { name: /Sweeper.*Machine/ })).toBeVisible();
  await app.user.click(await screen.findByRole('option', { name: /Nina/ }));
  expect(await screen.findByRole('heading', { name: 'No, Nina can’t' })).toBeVisible();
  expect(app.address()).toBe('/why?permission=reports%3Acreate&person=u-nina');
  expect(app.server.calls).toContain('members.list {"search":"nin","limit":20}');
});

test('a user who cannot ask about others sees the required permission, and can check their own', async () => {
  const app = await renderApp('/why?person=u-nina&permission=reports%3Acreate', 'viewer');
  expect(await screen.findByText('You can’t view other people’s access')).toBeVisible();
  expect(screen.getByText(/This requires “View members”/)).toBeVisible();
  await app.user.click(screen.getByRole('button', { name: 'Check your own access' }));
  expect(await screen.findByRole('heading', { name: 'No, you can’t' })).toBeVisible();
  expect(app.address()).toBe('/why?person=u-viewer&permission=reports%3Acreate');
});

test('when the PDP decides differently, its decision is shown until both agree', async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  const app = await renderApp('/why?permission=reports%3Acreate', 'editor', ({ patch }) =>
    patch('why', 'mine', { agrees: false, outcome: 'deny' }),
  );
  expect(await screen.findByRole('heading', { name: 'No, you can’t' })).toBeVisible();
  expect(screen.getByText('Permit’s current decision differs')).toBeVisible();
  app.server.patch('why', 'mine', {});
  await vi.advanceTimersByTimeAsync(6_000);
  expect(await screen.findByRole('heading', { name: 'Yes, you can' })).toBeVisible();
});

test('a limit, an unknown user and an outage are shown inline, and the question stays', async () => {
  const app = await renderApp('/why?permission=reports%3Acreate', 'editor', ({ refuse }) =>
    refuse('why.mine', 'EXPLANATION_LIMIT'),
  );
  expect(await screen.findByRole('alert')).toHaveTextContent('Try again in a minute');
  expect(await permission()).toHaveValue('reports:create');
  app.server.refuse('why.mine', null);
  await app.user.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await screen.findByRole('heading', { name: 'Yes, you can' })).toBeVisible();
  cleanup();

  await renderApp('/why?person=nobody&permission=reports%3Acreate', 'admin', ({ refuse }) =>
    refuse('why.explain', 'PERSON_NOT_FOUND'),
  );
  expect(await screen.findByRole('alert')).toHaveTextContent('No one in this organization has this ID');
});

test.each([
  '/why?permission=reports%3Aveiw&on=x&person=%2F%2F',
  '/why?permission=%00',
  '/why?permission=5&on=7&person=8',
])('a URL without a valid question, %s, shows an empty form', async (address) => {
  await renderApp(address, 'editor');
  expect(await screen.findByText('Choose what to check')).toBeVisible();
});

test('a denied button and a denied page open a sheet that links here, with the permission and the report', async () => {
  const app = await renderApp('/reports/new', 'viewer');
  await app.user.click(await within(await screen.findByRole('main')).findByRole('button', { name: 'Why?' }));
  const sheet = within(await screen.findByRole('dialog', { name: 'Why: Create reports' }));
  expect(await sheet.findByRole('heading', { name: 'No, you can’t' })).toBeVisible();
  await app.user.click(sheet.getByRole('link', { name: 'Open full page' }));
  await waitFor(() => expect(app.address()).toBe('/why?permission=reports%3Acreate&person=u-viewer'));
  expect(await screen.findByRole('heading', { name: 'No, you can’t' })).toBeVisible();
  expect(screen.queryByRole('dialog')).toBeNull();
});

test('a request from the sheet follows it, and the focus returns to "Why?"', async () => {
  const app = await renderApp('/reports/new', 'viewer');
  const why = await within(await screen.findByRole('main')).findByRole('button', { name: 'Why?' });
  await app.user.click(why);
  const sheet = within(await screen.findByRole('dialog', { name: 'Why: Create reports' }));
  await app.user.click(await sheet.findByRole('button', { name: 'Request access: Editor' }));
  expect(await screen.findByRole('dialog', { name: 'Request access' })).toBeVisible();
  expect(screen.queryByRole('dialog', { name: 'Why: Create reports' })).toBeNull();
  await app.user.keyboard('{Escape}');
  await waitFor(() => expect(why).toHaveFocus());
});
