import { screen, waitFor, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { renderApp } from '../../testing/render-app.tsx';
import { stubEvent } from '../../testing/stub-audit.ts';
import { stubMember } from '../../testing/stub-members.ts';
import { stubRequest } from '../../testing/stub-requests.ts';

const overview = async () => within(await screen.findByRole('region', { name: 'Overview' }));
/** The chart, once it has loaded. */
const chart = async (name: string) => {
  return waitFor(() => {
    const region = within(screen.getByRole('region', { name }));
    region.getByRole('button', { name: 'Show as a table' });
    return region;
  });
};
const day = 86_400_000;
const inDays = (days: number): string => new Date(Date.now() + days * day).toISOString();

function ending(name: string, days: number) {
  return {
    id: `grant-${name}`,
    person: { key: `u-${name.toLowerCase()}`, name },
    target: { kind: 'role' as const, role: 'editor' },
    title: null,
    isGone: false,
    endsAt: inDays(days),
  };
}

test('each figure links to the page with the rows that it counts', async () => {
  await renderApp('/home', 'admin', (server) => {
    server.members.push(
      stubMember('Second Admin', { roles: [{ role: 'admin', source: { kind: 'default' } }] }),
    );
    server.requests.push(
      stubRequest(
        { target: { kind: 'role', role: 'editor' }, reason: 'why', duration: null },
        { createdAt: inDays(-3) },
      ),
    );
    server.answers.members.counts = ({ role, status, withRoles }) => ({
      all: 515,
      machines: 0,
      dormant: 0,
      suspended: 0,
      roles: {},
      sources: { default: 0, logto: 0, request: 0, hand: 0 },
      found: role === 'admin' ? 3 : status === 'dormant' ? 9 : withRoles === true ? 2 : 515,
    });
    server.answers.requests.ending = ({ days }) => ({
      items: [ending('Nina', 2)],
      total: days === 7 ? 4 : 6,
      next: null,
    });
    server.answers.reviews.unusedCount = { since: inDays(-90), isKnown: true, count: 12, isComplete: true };
    server.paused = true;
  });
  const all = await overview();
  const figure = async (name: RegExp, href: string) =>
    expect(await all.findByRole('link', { name })).toHaveAttribute('href', href);
  await figure(/^Members ?515$/, '/members');
  await figure(/^Administrators ?3$/, '/members?role=admin');
  await figure(/^Open requests ?1$/, '/requests');
  await figure(/^Roles that end within 7 days ?4$/, '/home/ends-soon?days=7');
  await figure(/^Suspended, with roles to restore ?2$/, '/members?only=suspended&withRoles=true');
  await figure(/^Inactive users ?9$/, '/members?only=dormant');
  await figure(/^Unused roles ?12$/, '/reviews/unused?days=90');
  await figure(/^Directory sync ?Paused$/, '/sync');
});

test('a figure that fails can be retried, one that is not known says so, and no other waits for them', async () => {
  const { server, user } = await renderApp('/home', 'admin', (stub) => {
    stub.refuse('requests.openCount', 'DIRECTORY_UNAVAILABLE');
    stub.answers.reviews.unusedCount = { since: inDays(-90), isKnown: false, count: 0, isComplete: true };
    stub.hold('sync.status');
  });
  const all = await overview();
  expect(
    await all.findByRole('link', { name: /^Open requests ?Not loaded$/ }, { timeout: 5_000 }),
  ).toBeVisible();
  expect(await all.findByRole('link', { name: /^Unused roles ?Unknown$/ })).toBeVisible();
  server.refuse('requests.openCount', null);
  await user.click(all.getByRole('button', { name: 'Try again' }));
  expect(await all.findByRole('link', { name: /^Open requests ?0$/ })).toBeVisible();
});

test('without members and audit, only what the user can do here is shown, and nothing else is asked', async () => {
  const { server } = await renderApp('/home', 'viewer', ({ ends }) => {
    ends.push({
      target: { kind: 'role', role: 'viewer' },
      at: '2099-12-20T09:00:00.000Z',
      hasEnded: false,
      isRemoved: false,
    });
  });
  expect(
    await screen.findByText(/^Here you can view reports, .*Your role “Viewer” expires on December 20, 2099/),
  ).toBeVisible();
  await within(await screen.findByRole('region', { name: 'Needs your review' })).findByText(
    'You’re all caught up',
  );
  expect(screen.queryByRole('region', { name: 'Overview' })).toBeNull();
  const asked = [
    'members.counts',
    'members.roleHistory',
    'audit.mostDenied',
    'audit.histogram',
    'requests.ending',
  ];
  expect(server.calls.filter((call) => asked.some((path) => call.startsWith(path)))).toEqual([]);
});

test('the charts have tables with the same numbers, and say when a history is not known', async () => {
  const { user } = await renderApp('/home', 'admin', (server) => {
    const midnight = new Date();
    midnight.setHours(0, 0, 0, 0);
    const at = midnight.toISOString();
    server.answers.audit.histogram = {
      unit: 'day',
      bars: [
        { at, kind: 'decision', outcome: 'allow', count: 40 },
        { at, kind: 'decision', outcome: 'deny', count: 3 },
      ],
    };
    const roles = { viewer: 60, editor: 4, admin: 3 };
    server.answers.members.roleHistory = {
      since: '2026-11-20T09:00:00.000Z',
      isKnown: false,
      points: [
        { at: '2026-11-20T09:00:00.000Z', members: 60, roles: { ...roles, editor: 6 } },
        { at: '2026-11-25T09:00:00.000Z', members: 61, roles },
      ],
    };
  });
  const decisions = await chart('Decisions per day');
  const column = await decisions.findByRole('link', { name: /: 40 allowed, 3 denied, 0 unavailable$/ });
  expect(column).toHaveAttribute('href', expect.stringContaining('/audit?from='));
  await user.click(decisions.getByRole('button', { name: 'Show as a table' }));
  expect(decisions.getAllByRole('row')).toHaveLength(31);
  expect(decisions.getAllByRole('row')[1]).toHaveTextContent(/403$|40\s*3\s*0$/);
  const people = await chart('People per role');
  expect(await people.findByText('Known since Nov 20: the audit log doesn’t go further back')).toBeVisible();
  expect(people.getAllByRole('listitem')[1]).toHaveTextContent('Editor4 −2');
  await user.click(people.getByRole('button', { name: 'Show as a table' }));
  expect(people.getAllByRole('row')[1]).toHaveTextContent('Nov 256043');
  expect(await (await overview()).findByText('Change in 30 days isn’t known yet')).toBeVisible();
});

test('the permissions denied most lead to the events and to the request that would settle them', async () => {
  await renderApp('/home', 'admin', (server) => {
    server.events.push(stubEvent('e-1'), stubEvent('e-2'));
    server.people.push({ key: 'u-viewer', name: '김서연' });
    server.requests.push(
      stubRequest({ target: { kind: 'role', role: 'editor' }, reason: 'why', duration: null }, { id: 'q-9' }),
    );
  });
  const denied = await chart('Most denied permissions');
  const row = await denied.findByRole('link', { name: /Create reports ?2/ });
  expect(row).toHaveAttribute(
    'href',
    expect.stringMatching(/\/audit\?.*action=reports%3Acreate.*show=denied/),
  );
  expect(await denied.findByRole('link', { name: '1 open request' })).toHaveAttribute(
    'href',
    '/requests/q-9',
  );
});

test('a role that ends soon is extended by 30 days, or left to end, with undo', async () => {
  const { server, user } = await renderApp('/home', 'admin', (stub) => {
    stub.members.push(stubMember('Nina'), stubMember('Omar'));
    stub.answers.requests.ending = { items: [ending('Nina', 2), ending('Omar', 9)], total: 2, next: null };
  });
  const card = within(await screen.findByRole('region', { name: 'Ends soon' }));
  await card.findByRole('link', { name: 'Nina: role “Editor”' });
  const [nina] = await card.findAllByRole('listitem');
  await user.click(await within(nina!).findByRole('button', { name: 'Extend by 30 days' }));
  await screen.findByText(/^Nina has the role “Editor” until /);
  const [input] = server.inputsOf('members.assign');
  expect(input).toMatchObject({ subject: 'u-nina', role: 'editor' });
  const { duration = 0 } = Object(input);
  expect(Math.abs(duration - 32 * 86_400)).toBeLessThan(3_600);
  const [, omar] = card.getAllByRole('listitem');
  await user.click(within(omar!).getByRole('button', { name: 'Let end' }));
  await waitFor(() => expect(card.queryByRole('link', { name: 'Omar: role “Editor”' })).toBeNull());
  expect(server.changes).not.toContain('members.unassign');
  await user.click(card.getByRole('link', { name: 'See all (2)' }));
  expect(await screen.findByText(/Ends as planned/)).toBeVisible();
  await user.click(screen.getByRole('button', { name: 'Undo' }));
  await waitFor(() => expect(screen.queryByText(/Ends as planned/)).toBeNull());
});
