import { cleanup, screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { renderApp } from '../../testing/render-app.tsx';
import { stubConnection } from '../../testing/stub-applications.ts';
import { stubEvent } from '../../testing/stub-audit.ts';
import { stubMember } from '../../testing/stub-members.ts';
import { stubRequest } from '../../testing/stub-requests.ts';
import { permissionsOfRole } from '@latchkey/permissions';
import { policy, type AppPermission } from '@latchkey/policy';
import { isBehind } from './person-page.tsx';

const part = async (name: string) => within(await screen.findByRole('region', { name }));

test("shows a user's permissions with reasons, shared instances, requests and sessions", async () => {
  await renderApp('/members/u-nina', 'admin', (server) => {
    server.requests.push(
      stubRequest(
        { target: { kind: 'role', role: 'editor' }, reason: 'Review', duration: null },
        { id: 'q-1', requester: { key: 'u-nina', name: 'Nina' } },
      ),
      stubRequest(
        {
          target: { kind: 'instance', resource: 'collections', id: 'c-1', role: 'reader' },
          reason: 'Audit',
          duration: null,
        },
        { id: 'q-2', requester: { key: 'u-nina', name: 'Nina' } },
      ),
    );
    server.answers.person.sessions = [
      { id: 's-1', signedInAt: '2026-11-24T09:00:00.000Z', expiresAt: '2026-12-08T09:00:00.000Z' },
    ];
  });
  expect(await screen.findByRole('heading', { level: 1, name: 'Nina' })).toBeVisible();
  const may = await part('Can');
  expect(may.getByRole('button', { name: 'Why: View reports' })).toBeVisible();
  const shares = await part('Shared reports');
  expect(shares.getByRole('link', { name: 'Q4 review' })).toBeVisible();
  expect(shares.getByText(/^From a request, until Dec 3, 2026$/)).toBeVisible();
  expect(shares.getByText(/A report you can’t view/)).toHaveTextContent('…abcdef');
  expect(shares.getByText('Shared by Amelia Hart')).toBeVisible();
  expect(shares.getByText('And 2 more reports.')).toBeVisible();
  const requests = await part('Requests');
  expect(await requests.findByRole('link', { name: 'Editor in this organization' })).toBeVisible();
  expect(requests.getByRole('link', { name: 'Reader of a collection' })).toBeVisible();
  expect(await (await part('Sessions')).findByText(/Signed in/)).toBeVisible();
  expect(screen.getByText('Default role')).toBeVisible();
  expect(screen.getByRole('link', { name: 'Open in Logto' })).toHaveAttribute(
    'href',
    'https://logto.example/console/users/u-nina',
  );
});

test('the page appears together with its actions, so that nothing shifts', async () => {
  const app = await renderApp('/members/u-nina', 'admin', ({ members }) => {
    members.push(stubMember('Ann Zeller', { lastSignInAt: null }));
  });
  await screen.findByRole('heading', { level: 1, name: 'Nina' });
  await app.user.click(screen.getAllByRole('link', { name: 'Members' })[0]!);
  const ann = await screen.findByRole('link', { name: /Ann Zeller/ });
  const answer = app.server.hold('session.gates');
  await app.user.click(ann);
  const read = () => app.queryClient.getQueriesData({ queryKey: [['members', 'get']] });
  await waitFor(() => expect(JSON.stringify(read())).toContain('Ann Zeller'));
  const heading = { level: 1, name: 'Ann Zeller' };
  expect(screen.queryByRole('heading', heading)).toBeNull();
  answer();
  await screen.findByRole('heading', heading);
  expect(screen.getByText('Last sign-in').nextSibling).toHaveTextContent('Never or unknown');
  expect(screen.getByRole('button', { name: 'Change roles' })).toBeVisible();
  expect(screen.getByRole('button', { name: 'Remove access…' })).toBeVisible();
});

const assigned = stubEvent('0199a000-0000-7000-8000-000000000001', {
  kind: 'change',
  action: 'role.assign',
  outcome: 'done',
  actor: 'u-admin',
  subject: 'u-nina',
  channel: 'console',
  reason: null,
});

test('lists the user’s actions and the changes to their access, 20 at a time, and links to the audit log', async () => {
  const app = await renderApp('/members/u-nina', 'admin', ({ events }) => {
    const denials = Array.from({ length: 24 }, (_, index) =>
      stubEvent(`0199a000-0000-7000-8000-0000000001${index + 10}`, { actor: 'u-nina' }),
    );
    events.push(assigned, ...denials, stubEvent('0199a000-0000-7000-8000-000000000002'));
    events.push({ ...denials[0]!, id: '0199a000-0000-7000-8000-000000000003', outcome: 'allow' });
  });
  const activity = await part('Activity');
  const rows = () => activity.getAllByRole('listitem').map(({ textContent }) => textContent);
  await waitFor(() => expect(rows()).toHaveLength(20));
  expect(rows()[0]).toMatch(/Amelia Hart.*Done.*Assign a role/);
  expect(rows()[1]).toMatch(/Denied.*Create reports · no role grants this permission/);
  await app.user.click(activity.getByRole('button', { name: 'Show more' }));
  await waitFor(() => expect(rows()).toHaveLength(25));
  expect(activity.getByRole('link', { name: 'Open in Audit' })).toHaveAttribute(
    'href',
    '/audit?period=month&person=u-nina',
  );
  app.server.events.unshift({ ...assigned, id: '0199a000-0000-7000-8000-000000000004' });
  app.server.send('changed');
  await waitFor(() => expect(rows()).toHaveLength(26));
});

test('activity is only for users who can read the audit log, and can be empty or fail', async () => {
  await renderApp('/members/u-nina', 'admin');
  expect(await (await part('Activity')).findByText('No changes or denials.')).toBeVisible();
  cleanup();
  await renderApp('/members/u-nina', 'admin', ({ refuse }) => refuse('audit.list', 'INPUT_INVALID'));
  expect(await (await part('Activity')).findByText('This section couldn’t be loaded.')).toBeVisible();
  cleanup();
  const app = await renderApp('/members/u-nina', 'editor');
  await part('Check access');
  expect(screen.queryByRole('button', { name: 'Change roles' })).toBeNull();
  expect(screen.queryByRole('region', { name: 'Activity' })).toBeNull();
  expect(app.server.calls.some((call) => call.startsWith('audit.list'))).toBe(false);
});

test('"Why?" on a permission or a report opens in place; Escape returns the focus', async () => {
  const app = await renderApp('/members/u-nina', 'admin');
  const may = await part('Can');
  const why = may.getByRole('button', { name: 'Why: View reports' });
  why.focus();
  await app.user.keyboard('{Enter}');
  const sheet = within(await screen.findByRole('dialog', { name: 'Why: View reports' }));
  expect(await sheet.findByRole('heading', { name: 'Yes, Nina can' })).toBeVisible();
  expect(app.server.calls).toContain('why.explain {"person":"u-nina","permission":"reports:view"}');
  expect(sheet.getByRole('link', { name: 'Open full page' })).toHaveAttribute(
    'href',
    '/why?person=u-nina&permission=reports%3Aview',
  );
  await app.user.keyboard('{Escape}');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  await waitFor(() => expect(why).toHaveFocus());
  expect(app.address()).toBe('/members/u-nina');
  await app.user.click((await part('Shared reports')).getByRole('button', { name: 'Why: Q4 review' }));
  expect(await screen.findByRole('dialog', { name: 'Why: View reports' })).toBeVisible();
  await waitFor(() =>
    expect(app.server.calls).toContain(
      'why.explain {"person":"u-nina","permission":"reports:view","on":"r-1"}',
    ),
  );
});

test('the server searches the report of a check by title', async () => {
  const app = await renderApp('/members/u-nina', 'admin');
  const check = await part('Check access');
  await app.user.selectOptions(check.getByLabelText('Permission'), 'Publish reports');
  await app.user.click(await check.findByRole('combobox', { name: 'Report: on reports in general' }));
  const search = await screen.findByRole('combobox', { name: 'Title' });
  await app.user.type(search, 'zzz');
  expect(await screen.findByText('No matching reports.')).toBeVisible();
  expect(app.server.calls.some((call) => call.startsWith('reports.list') && call.includes('"zzz"'))).toBe(
    true,
  );
  await app.user.clear(search);
  await app.user.type(search, 'q4');
  await app.user.click(await screen.findByRole('option', { name: 'Q4 review' }));
  expect(await check.findByRole('combobox', { name: 'Report: Q4 review' })).toBeVisible();
  await waitFor(() => expect(app.server.calls.some((call) => call.includes('"on":"r-1"'))).toBe(true));
});

test('lists the applications that act for a person, and disconnects one in this organization', async () => {
  const app = await renderApp('/members/u-nina', 'admin', ({ connections }) => {
    connections.push(stubConnection('Scribe'));
  });
  const applications = await part('Connected applications');
  const audit = await applications.findByRole('link', { name: 'Open in Audit: Scribe' });
  expect(audit.getAttribute('href')).toMatch(/period=month&person=u-nina&application=https/);
  await app.user.click(applications.getByRole('button', { name: 'Disconnect Scribe' }));
  const dialog = within(await screen.findByRole('alertdialog', { name: 'Disconnect “Scribe”?' }));
  expect(
    dialog.getByText(/^Its requests for Nina are denied immediately in this organization/),
  ).toBeVisible();
  await app.user.click(dialog.getByRole('button', { name: 'Disconnect' }));
  expect(await screen.findByText('“Scribe” can no longer act for Nina here.')).toBeVisible();
  expect(app.server.inputsOf('applications.disconnectPerson')).toEqual([
    { subject: 'u-nina', clientId: 'https://scribe.example/client.json' },
  ]);
  expect(await applications.findByText('No applications act for this person here.')).toBeVisible();
  cleanup();
  await renderApp('/members/u-nina', 'editor', ({ connections }) => {
    connections.push(stubConnection('Scribe'));
  });
  expect(await (await part('Connected applications')).findByText('Scribe')).toBeVisible();
  expect(screen.queryByRole('button', { name: 'Disconnect Scribe' })).toBeNull();
});

test('a machine is labelled, and unavailable sessions are reported', async () => {
  await renderApp('/members/sweeper', 'admin', (server) => {
    server.answers.person.sessions = null;
  });
  expect(await screen.findByRole('heading', { level: 1, name: 'Sweeper' })).toBeVisible();
  expect(screen.getByText(/A machine/)).toBeVisible();
  expect(await screen.findByText('An application in Logto')).toBeVisible();
  expect(screen.queryByRole('region', { name: 'Connected applications' })).toBeNull();
  expect(await (await part('Sessions')).findByText(/Sessions are only available/)).toBeVisible();
});

/** The roles beside the name, excluding the menu. */
const rolesHere = () => {
  const [list] = within(screen.getByRole('article')).getAllByRole('list');
  if (list === undefined) throw new TypeError('There are no roles.');
  return within(list);
};

test('changes roles with a preview, optimistically, and rolls back when refused', async () => {
  const app = await renderApp('/members/u-nina', 'admin');
  const change = async (refusal: string | null) => {
    app.server.refuse('members.assign', refusal);
    await app.user.click(await screen.findByRole('button', { name: 'Change roles' }));
    const editor = await screen.findByRole('menuitemcheckbox', { name: /Editor/ });
    await waitFor(() => expect(editor).toHaveTextContent('Gains 2: Create reports and View members'));
    await app.user.click(editor);
  };
  await change('ROLE_ENDING');
  expect(await screen.findByText(/This role is expiring/)).toBeVisible();
  expect(rolesHere().queryByText('Editor')).toBeNull();
  await change(null);
  expect(await screen.findByText('Nina is now Editor')).toBeVisible();
  expect(await rolesHere().findByText('Editor')).toBeVisible();
  expect(app.server.calls).toContain('members.assign {"subject":"u-nina","role":"editor"}');
});

test('shows why a role cannot be granted; a held or unknown role is not offered', async () => {
  await renderApp('/members/u-nina?give=admin', 'admin', ({ patch }) =>
    patch('members', 'preview', { obstacle: 'ROLE_MANAGED_IN_LOGTO' }),
  );
  const offer = await part('Assign Administrator to Nina?');
  expect(await offer.findByText('This role comes from Logto. Change it there.')).toBeVisible();
  expect(offer.queryByRole('button')).toBeNull();
  for (const role of ['viewer', 'emperor']) {
    cleanup();
    /* oxlint-disable no-await-in-loop -- one page after the other */
    await renderApp(`/members/u-nina?give=${role}`, 'admin');
    await part('Shared reports');
    /* oxlint-enable no-await-in-loop */
    expect(screen.queryByRole('region', { name: /^Assign/ })).toBeNull();
  }
});

const viewer = { role: 'viewer', source: { kind: 'default' } } as const;
const editor = { role: 'editor', source: { kind: 'logto' } } as const;
const admin = { role: 'admin', source: { kind: 'logto' } } as const;
const access = (...permissions: AppPermission[]) => ({
  isFromLogto: true,
  logtoUrl: null,
  permissions,
  shares: [],
  moreShares: 0,
});
const ofViewer = access('reports:view', 'requests:create', 'policy:view');

test('behind: a new role that the PDP does not have yet, or a revoked one that it still has', () => {
  expect(isBehind({ roles: [viewer], status: 'active' }, ofViewer)).toBe(false);
  expect(isBehind({ roles: [viewer, editor], status: 'active' }, ofViewer)).toBe(true);
  expect(isBehind({ roles: [], status: 'active' }, ofViewer)).toBe(true);
});

test('not behind: a suspended user, a role of another policy, permissions of the installation', () => {
  expect(isBehind({ roles: [viewer], status: 'suspended' }, access())).toBe(false);
  expect(isBehind({ roles: [viewer, { ...viewer, role: 'emperor' }], status: 'active' }, ofViewer)).toBe(
    false,
  );
  const ofAdmin = permissionsOfRole(policy, 'admin').filter((one) => !one.startsWith('sync:'));
  expect(isBehind({ roles: [admin], status: 'active' }, access(...ofAdmin))).toBe(false);
});
