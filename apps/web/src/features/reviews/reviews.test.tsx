import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { announced, renderApp, type RenderedApp } from '../../testing/render-app.tsx';
import { stubConnection } from '../../testing/stub-applications.ts';
import type { StubServer } from '../../testing/stub-server.ts';
import { stubReview, stubReviewRow } from '../../testing/stub-reviews.ts';

const ann = stubReviewRow(0, 'Ann', {
  role: 'admin',
  flags: ['privileged'],
  lesserRoles: ['viewer', 'editor'],
  facts: { used: ['members:view'], grants: ['members:view', 'members:assign'] },
});
const rows = [ann, stubReviewRow(1, 'Bob'), stubReviewRow(2, 'Cas')];
const open = (
  prepare: (server: StubServer) => void = () => {},
  token = 'admin',
  search = '',
): Promise<RenderedApp> =>
  renderApp(`/reviews/review-1${search}`, token, (server) => {
    server.reviews.push(stubReview());
    server.rows.push(...rows);
    prepare(server);
  });
const rowOf = async (name: string) =>
  within(await screen.findByRole('listitem', { name: new RegExp(`^${name}: `) }));

test('lists open reviews first, with progress and the user’s remaining decisions', async () => {
  await renderApp('/reviews', 'admin', ({ reviews }) => {
    reviews.push(
      stubReview({ id: 'a', name: 'Old review', status: 'closed', closedAt: '2026-08-01T00:00:00.000Z' }),
      stubReview({ id: 'b', name: 'Late review', dueAt: '2020-01-01T00:00:00.000Z', mine: 2, decided: 1 }),
    );
  });
  const [, late, old] = await screen.findAllByRole('row');
  expect(late).toHaveTextContent(/Late review.*1 of 3 decided.*Overdue.*Open2 for you/);
  expect(old).toHaveTextContent(/Old review.*Closed/);
  const sidebar = within(await screen.findByRole('navigation', { name: 'Main' }));
  expect(await sidebar.findByRole('link', { name: 'Access reviews 2' })).toBeVisible();
});

test('names the applications that can make changes for a user, once for all of their rows', async () => {
  const applications = [
    stubConnection('Scribe', { canChange: true }),
    stubConnection('Robot', { clientId: 'app-7', host: null, isVerified: true }),
  ];
  await open(({ rows: stored }) => {
    stored.splice(
      0,
      3,
      ...[0, 1].map((position) => stubReviewRow(position, 'Ann', { applications })),
      rows[2]!,
    );
  });
  const line = 'Applications that can make changes for them: Scribe (scribe.example) and Robot';
  expect(await screen.findByText(line)).toBeVisible();
  expect(screen.getAllByText(/^Applications that can make changes/)).toHaveLength(1);
});

test('the sidebar has no entry for users without a review', async () => {
  await renderApp('/reviews', 'viewer');
  expect(await screen.findByText('Reviews that are assigned to you appear here.')).toBeVisible();
  expect(screen.queryByRole('button', { name: 'Start a review' })).toBeNull();
  expect(screen.queryByRole('link', { name: 'Access reviews' })).toBeNull();
});

test('creates a review from a template, and shows the decisions per reviewer before it starts', async () => {
  const app = await renderApp('/reviews', 'admin');
  const openSheet = async () => {
    await app.user.click(await screen.findByRole('button', { name: 'Start a review' }));
    return within(await screen.findByRole('dialog', { name: 'Start an access review' }));
  };
  await app.user.type((await openSheet()).getByRole('textbox', { name: 'Name' }), ', my team');
  await app.user.keyboard('{Escape}');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  const sheet = await openSheet();
  expect(sheet.getByRole('textbox', { name: 'Name' })).toHaveDisplayValue(/, my team$/);
  await waitFor(() => expect(sheet.getByRole('radio', { name: 'Quarterly access review' })).toHaveFocus());
  await app.user.click(sheet.getByRole('radio', { name: 'Named people' }));
  const due = sheet.getByLabelText('Due date', { selector: 'input' });
  const day = due.getAttribute('value');
  fireEvent.change(due, { target: { value: '' } });
  await app.user.click(sheet.getByRole('button', { name: 'Prepare review' }));
  const picker = sheet.getByRole('combobox', { name: 'Add a person' });
  expect(picker).toHaveFocus();
  expect(picker).toHaveAccessibleDescription('Choose at least one person.');
  await app.user.click(sheet.getByRole('radio', { name: 'Holders of a role' }));
  await app.user.click(sheet.getByRole('button', { name: 'Prepare review' }));
  expect(due).toHaveFocus();
  await app.user.click(sheet.getByRole('radio', { name: 'Named people' }));
  fireEvent.change(due, { target: { value: day } });
  expect(app.server.inputsOf('reviews.create')).toEqual([]);
  const nameField = sheet.getByRole('textbox', { name: 'Name' });
  await app.user.clear(nameField);
  await app.user.click(sheet.getByRole('button', { name: 'Prepare review' }));
  expect(nameField).toHaveFocus();
  expect(nameField).toHaveAccessibleDescription('Enter a name.');
  await app.user.type(nameField, 'All roles');
  await app.user.click(sheet.getByRole('combobox', { name: 'Add a person' }));
  await app.user.click(await screen.findByRole('option', { name: /Nina/ }));
  await app.user.click(await sheet.findByRole('button', { name: 'Remove Nina' }));
  expect(sheet.getByRole('combobox', { name: 'Add a person' })).toHaveFocus();
  await app.user.click(sheet.getByRole('radio', { name: 'Privileged access' }));
  await app.user.click(sheet.getByRole('button', { name: 'Prepare review' }));
  expect(
    await screen.findByText(
      /12 members were read in Logto, 1 of them without a role, and 11 users with 30 roles in Permit/,
    ),
  ).toBeVisible();
  expect(app.server.inputsOf('reviews.create')).toMatchObject([
    { scope: { kind: 'privileged' }, reviewers: { kind: 'role', role: 'admin' }, recurrence: 'quarterly' },
  ]);
  expect(screen.getByText('3 decisions')).toBeVisible();
  await app.user.click(screen.getByRole('button', { name: 'Start review' }));
  expect(await screen.findByRole('button', { name: 'Finish review' })).toBeVisible();
});

test('discarding a review that was not started returns to the list', async () => {
  const app = await open(({ reviews }) => {
    reviews[0] = stubReview({ status: 'draft' });
  });
  await app.user.click(await screen.findByRole('button', { name: 'Discard' }));
  expect(await screen.findByText(/^“.+” discarded$/)).toBeVisible();
  await waitFor(() => expect(app.address()).toBe('/reviews'));
  expect(app.server.changes).toEqual(['reviews.cancel']);
});

test('a report whose title the reviewer cannot read is identified by the end of its id', async () => {
  const instance = 'reports:9dcd208c-fe5b-4fe8-8022-e2db1639eb43';
  await open(({ rows }) => {
    rows[0] = stubReviewRow(0, 'Ann', { role: 'owner', instance });
  });
  expect(await screen.findByText('Owner of report …39eb43')).toBeVisible();
});

test('a draft warns about roles that no one else can decide', async () => {
  await open(({ reviews }) => {
    reviews[0] = stubReview({ status: 'draft', progress: [{ reviewer: null, rows: 2, decided: 0 }] });
  });
  expect(await screen.findByText('No one else can decide 2 roles')).toBeVisible();
});

test('keeping a role without flags takes one click; a removal needs a reason', async () => {
  const app = await open();
  await app.user.click((await rowOf('Bob')).getByRole('button', { name: 'Keep' }));
  expect(await screen.findByText('1 role marked to keep')).toBeVisible();
  await app.user.click((await rowOf('Cas')).getByRole('button', { name: 'Remove' }));
  const form = within(await screen.findByRole('form', { name: 'Remove Cas: Viewer' }));
  await app.user.click(form.getByRole('button', { name: 'Remove' }));
  expect(await form.findByText('Enter a reason.')).toBeVisible();
  expect(app.server.inputsOf('reviews.decide')).toHaveLength(1);
  await app.user.type(form.getByRole('textbox', { name: 'Why remove it?' }), 'Left the team');
  await app.user.click(form.getByRole('button', { name: 'Remove' }));
  expect(await (await rowOf('Cas')).findByText('Left the team')).toBeVisible();
  expect(app.server.inputsOf('reviews.decide')).toMatchObject([
    { rows: [{ position: 1, revision: 0 }], decision: 'keep' },
    { rows: [{ position: 2, revision: 0 }], decision: 'remove', reason: 'Left the team' },
  ]);
  expect(await screen.findByText('2 of 3 decided')).toBeVisible();
});

test('a decision that cannot be stored keeps the typed reason', async () => {
  const app = await open(({ refuse }) => refuse('reviews.decide', 'AUTHORIZATION_UNAVAILABLE'));
  const type = async (text: string): Promise<void> => {
    await app.user.click(await (await rowOf('Cas')).findByRole('button', { name: 'Remove' }));
    await app.user.type(screen.getByRole('textbox', { name: 'Why remove it?' }), text);
  };
  await type('Left{Enter}');
  expect(await screen.findByText(/Your decision wasn’t saved/)).toBeVisible();
  app.server.refuse('reviews.decide', null);
  await type(' the team{Enter}');
  expect(await (await rowOf('Cas')).findByText('Left the team')).toBeVisible();
});

test('a decision that cannot be stored is rolled back, even when the rows cannot be refetched', async () => {
  const app = await open();
  await rowOf('Bob');
  for (const path of ['reviews.decide', 'reviews.rows']) app.server.refuse(path, 'AUTHORIZATION_UNAVAILABLE');
  await app.user.click((await rowOf('Bob')).getByRole('button', { name: 'Keep' }));
  expect(await screen.findByText(/Your decision wasn’t saved/)).toBeVisible();
  expect(await (await rowOf('Bob')).findByRole('button', { name: 'Keep' })).toBeVisible();
});

test('rows whose decisions cannot be stored stay selected', async () => {
  const app = await open(({ refuse }) => refuse('reviews.decide', 'AUTHORIZATION_UNAVAILABLE'));
  for (const name of ['Bob', 'Cas']) await app.user.click((await rowOf(name)).getByRole('checkbox')); // oxlint-disable-line no-await-in-loop -- one after another
  const bar = within(screen.getByRole('group', { name: 'Selected roles' }));
  await app.user.click(bar.getByRole('button', { name: 'Keep' }));
  expect(await screen.findByText(/Your decision wasn’t saved/)).toBeVisible();
  expect(await screen.findByText('2 selected')).toBeVisible();
});

test('Escape during the composition of a Hangul syllable does not close the form', async () => {
  const app = await open();
  await app.user.click((await rowOf('Cas')).getByRole('button', { name: 'Remove' }));
  const field = screen.getByRole('textbox', { name: 'Why remove it?' });
  await app.user.type(field, '퇴사');
  fireEvent.keyDown(field, { key: 'Escape', isComposing: true });
  expect(screen.getByRole('textbox', { name: 'Why remove it?' })).toHaveValue('퇴사');
});

test('choosing another template keeps the typed name', async () => {
  const { user } = await renderApp('/reviews', 'admin');
  await user.click(await screen.findByRole('button', { name: 'Start a review' }));
  const sheet = within(await screen.findByRole('dialog', { name: 'Start an access review' }));
  const name = sheet.getByLabelText('Name');
  const [first] = [name.getAttribute('value')];
  await user.click(sheet.getByRole('radio', { name: 'Privileged access' }));
  expect(name).not.toHaveValue(first);
  await user.clear(name);
  await user.type(name, 'Ours');
  await user.click(sheet.getAllByRole('radio')[0]!);
  expect(name).toHaveValue('Ours');
});

test('keeping a flagged role needs a reason, and a change has a lesser role', async () => {
  const app = await open();
  const row = await rowOf('Ann');
  await app.user.click(row.getByRole('button', { name: 'Keep' }));
  expect(await screen.findByRole('textbox', { name: 'Why keep it?' })).toHaveFocus();
  await app.user.click(row.getByRole('button', { name: 'Change' }));
  const form = within(await screen.findByRole('form', { name: 'Change Ann: Administrator' }));
  await app.user.click(form.getByRole('radio', { name: 'Viewer' }));
  await app.user.type(form.getByRole('textbox'), 'Reads only{Enter}');
  expect(await (await rowOf('Ann')).findByText('Change to Viewer')).toBeVisible();
  expect(app.server.inputsOf('reviews.decide')).toMatchObject([
    { decision: 'change', newRole: 'viewer', reason: 'Reads only' },
  ]);
});

test('keys move the focus, decide, open the details, and undo', async () => {
  const app = await open();
  await rowOf('Cas');
  await app.user.keyboard('jj');
  expect(document.activeElement).toHaveAttribute('data-index', '1');
  await app.user.keyboard('a');
  await waitFor(() => expect(document.activeElement).toHaveAttribute('data-index', '2'));
  await app.user.keyboard('k');
  expect(await (await rowOf('Bob')).findByRole('button', { name: 'Undo' })).toBeVisible();
  await app.user.keyboard('u');
  expect(await (await rowOf('Bob')).findByRole('button', { name: 'Keep' })).toBeVisible();
  expect(app.server.inputsOf('reviews.decide')).toMatchObject([
    { rows: [{ position: 1, revision: 0 }], decision: 'keep' },
    { rows: [{ position: 1, revision: 1 }], decision: null },
  ]);
  await app.user.keyboard('ko');
  expect(await (await rowOf('Ann')).findByText(/Used in the last 30 days: View members/)).toBeVisible();
});

test('the notice of a decision can undo it', async () => {
  const app = await open();
  await app.user.click((await rowOf('Bob')).getByRole('button', { name: 'Keep' }));
  const notice = await screen.findByText('1 role marked to keep');
  await app.user.click(within(notice.parentElement ?? document.body).getByRole('button', { name: 'Undo' }));
  expect(await (await rowOf('Bob')).findByRole('button', { name: 'Keep' })).toBeVisible();
});

test('Shift selects a range; keeping it needs a reason when one of the rows is flagged', async () => {
  const app = await open();
  await app.user.click((await rowOf('Ann')).getByRole('checkbox'));
  await app.user.keyboard('{Shift>}');
  await app.user.click((await rowOf('Cas')).getByRole('checkbox'));
  await app.user.keyboard('{/Shift}');
  const bar = within(await screen.findByRole('group', { name: 'Selected roles' }));
  expect(bar.getByText('3 selected')).toBeVisible();
  await app.user.click(bar.getByRole('button', { name: 'Keep' }));
  expect(app.server.inputsOf('reviews.decide')).toEqual([]);
  await app.user.click(bar.getByRole('button', { name: 'Cancel' }));
  expect(bar.getByRole('button', { name: 'Keep' })).toHaveFocus();
  await app.user.click(bar.getByRole('button', { name: 'Keep' }));
  await app.user.type(bar.getByRole('textbox', { name: 'Why keep it?' }), 'Needed{Enter}');
  expect(await screen.findByText('3 roles marked to keep')).toBeVisible();
  expect(await screen.findByText('3 of 3 decided')).toBeVisible();
  expect(screen.queryByRole('group', { name: 'Selected roles' })).toBeNull();
});

test('clearing the selection moves the focus to a role that was selected', async () => {
  const app = await open();
  const box = (await rowOf('Ann')).getByRole('checkbox');
  await app.user.click(box);
  await app.user.click(await screen.findByRole('button', { name: 'Clear selection' }));
  expect(screen.queryByRole('group', { name: 'Selected roles' })).toBeNull();
  expect(box).toHaveFocus();
});

test('changing the filter keeps the open form with its reason, even when its row does not match', async () => {
  const app = await open(({ reviews, rows }) => {
    rows[1] = { ...stubReviewRow(1, 'Bob'), decision: 'keep' };
    reviews[0] = stubReview({ counts: { ...stubReview().counts, keep: 1 } });
  });
  await app.user.click((await rowOf('Cas')).getByRole('button', { name: 'Remove' }));
  const field = screen.getByRole('textbox', { name: 'Why remove it?' });
  await app.user.type(field, 'Left');
  await app.user.click(screen.getByRole('link', { name: 'Keep 1' }));
  await waitFor(() => expect(screen.queryByRole('listitem', { name: /^Ann: / })).toBeNull());
  await rowOf('Bob');
  expect(await announced('1 result')).toBeVisible();
  await app.user.click(screen.getByRole('link', { name: 'By role' }));
  await waitFor(() => expect(app.address()).toContain('by=role'));
  await rowOf('Bob');
  expect(screen.getByRole('textbox', { name: 'Why remove it?' })).toBe(field);
  await app.user.type(field, ' the team{Enter}');
  await waitFor(() => expect(screen.queryByRole('listitem', { name: /^Cas: / })).toBeNull());
  expect(app.server.inputsOf('reviews.decide')).toMatchObject([
    { rows: [{ position: 2, revision: 0 }], decision: 'remove', reason: 'Left the team' },
  ]);
});

test('changing the filter keeps the selected roles and the typed reason; undoing a decision deselects its role', async () => {
  const app = await open(({ reviews, rows }) => {
    rows[1] = { ...stubReviewRow(1, 'Bob'), decision: 'keep', revision: 1 };
    reviews[0] = stubReview({ counts: { ...stubReview().counts, keep: 1 } });
  });
  for (const name of ['Ann', 'Bob', 'Cas']) await app.user.click((await rowOf(name)).getByRole('checkbox')); // oxlint-disable-line no-await-in-loop -- one after another
  const bar = within(screen.getByRole('group', { name: 'Selected roles' }));
  await app.user.click(bar.getByRole('button', { name: 'Remove' }));
  await app.user.type(bar.getByRole('textbox'), 'Left');
  await app.user.click(screen.getByRole('link', { name: 'Keep 1' }));
  await waitFor(() => expect(screen.queryByRole('listitem', { name: /^Ann: / })).toBeNull());
  await app.user.click((await rowOf('Bob')).getByRole('button', { name: 'Undo' }));
  expect(await bar.findByText('2 selected')).toBeVisible();
  expect(screen.getByRole('listitem', { name: /^Bob: / })).toHaveFocus();
  await app.user.type(bar.getByRole('textbox'), ' the team{Enter}');
  expect(await screen.findByText('2 roles marked for removal')).toBeVisible();
  expect(app.server.inputsOf('reviews.decide').at(-1)).toMatchObject({
    rows: [
      { position: 0, revision: 0 },
      { position: 2, revision: 0 },
    ],
    reason: 'Left the team',
  });
});

test('a reviewer who loses the permission keeps the typed reason, and the page sends no request', async () => {
  const app = await open();
  await app.user.click((await rowOf('Cas')).getByRole('button', { name: 'Remove' }));
  const field = screen.getByRole('textbox', { name: 'Why remove it?' });
  await app.user.type(field, 'Left');
  await waitFor(() => expect(app.network.openStreams()).toContain('session.changes'));
  const before = app.server.calls.length;
  for (const name of ['get', 'rows', 'decide']) app.server.deny(`reviews.${name}`);
  app.server.send('changed');
  await waitFor(() => expect(screen.getAllByRole('button', { name: 'Remove' }).at(-1)).toBeDisabled());
  await app.user.type(field, ' the team{Enter}');
  expect(field).toHaveValue('Left the team');
  const since = app.server.calls.slice(before);
  expect(since.filter((call) => /^reviews\.(?:get|rows|decide) /.test(call))).toEqual([]);
});

test('one’s own access has no actions', async () => {
  await open(({ rows }) => rows.push(stubReviewRow(3, 'Admin', { subject: 'u-admin' })));
  const own = await rowOf('Admin');
  expect(own.getByText('Someone else reviews your own access.')).toBeVisible();
  expect(own.queryByRole('button', { name: 'Keep' })).toBeNull();
});

test('filter chips change the URL; rows that are unchanged since the last review are collapsed', async () => {
  const app = await open(({ reviews }) => {
    const counts = { ...stubReview().counts, unchanged: 2 };
    reviews[0] = stubReview({ counts });
  });
  expect(await screen.findByText(/2 roles are unchanged since the last review/)).toBeVisible();
  expect(app.server.inputsOf('reviews.rows')).toContainEqual(
    expect.objectContaining({ unchanged: false, limit: 125 }),
  );
  await app.user.click(screen.getByRole('link', { name: 'Privileged 1' }));
  await waitFor(() => expect(app.address()).toBe('/reviews/review-1?flag=privileged'));
  await app.user.click(screen.getByRole('link', { name: 'By role' }));
  await waitFor(() => expect(app.address()).toBe('/reviews/review-1?flag=privileged&by=role'));
});

test('many rows are loaded in pages, and only visible ones are rendered', async () => {
  // jsdom has no layout: with a height of 0, every row would be visible.
  vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockReturnValue(76);
  const app = await open((server) => {
    server.rows = Array.from({ length: 5_000 }, (_, index) => stubReviewRow(index, `User${index}`));
  });
  await rowOf('User0');
  expect(screen.getAllByRole('listitem').length).toBeLessThan(150);
  const more = screen.getByRole('button', { name: 'Show more' });
  app.network.break('refused');
  await app.user.click(more);
  expect(await screen.findByText(/^The next entries couldn’t be loaded/)).toBeVisible();
  app.network.mend();
  await app.user.click(more);
  await waitFor(() =>
    expect(app.server.inputsOf('reviews.rows')).toContainEqual(expect.objectContaining({ after: 99 })),
  );
});

test('finishing lists what each removal takes and leaves, and reports that someone else finished first', async () => {
  const app = await open(({ reviews, answers, refuse, rows }) => {
    rows[0] = { ...ann, decision: 'remove', reason: 'Left' };
    reviews[0] = stubReview({ counts: { ...stubReview().counts, remove: 1, change: 2 } });
    answers.reviews.removals = [
      {
        // Not among the rows that the page has loaded.
        ...stubReviewRow(7, 'Eve', { facts: { email: 'eve@example.com' } }),
        decision: 'remove',
        loses: ['members:assign'],
        keeps: ['reports:view'],
        leavesOrganization: false,
        obstacle: 'LAST_ADMINISTRATOR',
      },
    ];
    refuse('reviews.finish', 'REVIEW_FINISHED');
  });
  await app.user.click(await screen.findByRole('button', { name: 'Finish review' }));
  const sheet = within(await screen.findByRole('dialog', { name: 'Finish this review' }));
  expect(await sheet.findByText('2 roles are undecided')).toBeVisible();
  expect(await sheet.findByText('Loses: Assign roles')).toBeVisible();
  expect(sheet.getByText('Eve')).toBeVisible();
  expect(sheet.getByText('eve@example.com')).toBeVisible();
  expect(sheet.getByText('Keeps through another role: View reports')).toBeVisible();
  expect(sheet.getByText(/This is the last administrator/)).toBeVisible();
  const finish = sheet.getByRole('button', { name: 'Finish, remove 1 role, and change 2' });
  await app.user.click(finish);
  expect(await sheet.findByText('Someone else has just finished this review.')).toBeVisible();
  app.server.refuse('reviews.finish', null);
  await app.user.click(finish);
  expect(await screen.findByText('0 of 1 removals and changes made')).toBeVisible();
});

test('a review that removes a last owner is finished with a new owner', async () => {
  const app = await open(({ reviews, answers }) => {
    reviews[0] = stubReview({ counts: { ...stubReview().counts, remove: 1 } });
    answers.reviews.removals = [
      {
        ...stubReviewRow(7, 'Eve', { role: 'owner', instance: 'reports:r-1' }),
        decision: 'remove',
        loses: ['reports:share'],
        keeps: [],
        leavesOrganization: false,
        obstacle: 'LAST_OWNER',
      },
    ];
  });
  await app.user.click(await screen.findByRole('button', { name: 'Finish review' }));
  const sheet = within(await screen.findByRole('dialog', { name: 'Finish this review' }));
  expect(await sheet.findByText(/This is the last owner/)).toBeVisible();
  const finish = sheet.getByRole('button', { name: 'Finish and remove 1 role' });
  expect(finish).toBeDisabled();
  expect(finish).toHaveAccessibleDescription('Choose a new owner first.');
  await app.user.click(sheet.getByRole('button', { name: 'Me' }));
  expect(sheet.queryByText(/This is the last owner/)).toBeNull();
  await app.user.click(finish);
  expect(await screen.findByText('0 of 1 removals and changes made')).toBeVisible();
  expect(app.server.inputsOf('reviews.finish')).toEqual([{ id: 'review-1', newOwner: 'u-admin' }]);
});

test('a review is not finished while its removals cannot be listed', async () => {
  const app = await open((server) => {
    server.reviews[0] = stubReview({ counts: { ...stubReview().counts, remove: 1 } });
    server.answers.reviews.removals = [
      {
        ...stubReviewRow(2, 'Cas'),
        decision: 'remove',
        loses: [],
        keeps: [],
        leavesOrganization: false,
        obstacle: null,
      },
    ];
    server.refuse('reviews.removals', 'AUTHORIZATION_UNAVAILABLE');
  });
  await app.user.click(await screen.findByRole('button', { name: 'Finish review' }));
  const sheet = within(await screen.findByRole('dialog', { name: 'Finish this review' }));
  const retry = await sheet.findByRole('button', { name: 'Check now' });
  expect(sheet.queryByRole('button', { name: /^Finish/ })).toBeNull();
  app.server.refuse('reviews.removals', null);
  await app.user.click(retry);
  expect(await sheet.findByText('Cas')).toBeVisible();
  expect(sheet.getByRole('button', { name: 'Finish and remove 1 role' })).toBeEnabled();
});

test('failed removals are not listed as in progress', async () => {
  const app = await open(({ reviews }) => {
    const counts = { ...stubReview().counts, outcomes: { failed: 2, pending: 1 } };
    reviews[0] = stubReview({ status: 'applying', counts });
  });
  const filter = within(await screen.findByRole('navigation', { name: 'Filter roles' }));
  expect(filter.getByRole('link', { name: 'Failed 2' })).toBeVisible();
  await app.user.click(filter.getByRole('link', { name: 'In progress 1' }));
  await waitFor(() =>
    expect(app.server.inputsOf('reviews.rows')).toContainEqual(
      expect.objectContaining({ outcome: 'pending' }),
    ),
  );
});

test('failed removals show their reason, and can be retried or closed as exceptions', async () => {
  const app = await open((server) => {
    const counts = { ...stubReview().counts, outcomes: { failed: 2, removed: 1 } };
    const failed = { decision: 'remove', outcome: 'failed' } as const;
    server.reviews[0] = stubReview({ status: 'applying', counts });
    server.rows = [
      { ...ann, ...failed, failure: 'ROLE_MANAGED_IN_LOGTO' },
      stubReviewRow(1, 'Bob', { ...failed, failure: 'DIRECTORY_UNAVAILABLE' }),
    ];
  });
  expect(await screen.findByText('1 of 3 removals and changes made')).toBeVisible();
  expect(await (await rowOf('Ann')).findByText('This role comes from Logto. Change it there.')).toBeVisible();
  expect(await (await rowOf('Bob')).findByText('Logto or Permit can’t be reached right now.')).toBeVisible();
  expect((await rowOf('Ann')).queryByRole('button', { name: 'Keep' })).toBeNull();
  await app.user.click(screen.getByRole('button', { name: 'Retry failed removals' }));
  await waitFor(() => expect(app.server.inputsOf('reviews.retry')).toEqual([{ id: 'review-1' }]));
  await app.user.click(screen.getByRole('button', { name: 'Close with exceptions…' }));
  const dialog = within(await screen.findByRole('alertdialog'));
  await app.user.click(dialog.getByRole('button', { name: 'Close review' }));
  expect(await screen.findByRole('heading', { name: 'Sign-off' })).toBeVisible();
});

test('a review without remaining removals cannot be closed with exceptions', async () => {
  const app = await open(({ reviews }) => {
    const counts = { ...stubReview().counts, outcomes: { pending: 1, removed: 1 } };
    reviews[0] = stubReview({ status: 'applying', counts });
  });
  const close = { name: 'Close with exceptions…' };
  expect(await screen.findByRole('button', close)).toBeVisible();
  await waitFor(() => expect(app.network.openStreams()).toContain('reviews.changes'));
  const counts = { ...stubReview().counts, outcomes: { removed: 2 } };
  app.server.reviews[0] = stubReview({ status: 'applying', counts });
  app.server.send('changed', 'reviews.changes');
  expect(await screen.findByText('2 of 2 removals and changes made')).toBeVisible();
  expect(screen.queryByRole('button', close)).toBeNull();
});

const lineOf = async (text: string) => (await screen.findByText(text)).closest('li');

test('the evidence counts removals and changes to a lesser role separately', async () => {
  await open((server) => {
    const counts = { ...stubReview().counts, outcomes: { removed: 35, replaced: 12, 'given-up': 1 } };
    server.reviews[0] = stubReview({ status: 'closed', counts });
    server.rows = [{ ...ann, decision: 'change', newRole: 'viewer', outcome: 'replaced' }];
  });
  expect(await lineOf('Removed, and verified with Permit')).toHaveTextContent('35 roles');
  expect(await lineOf('Changed to a lesser role, and verified with Permit')).toHaveTextContent('12 roles');
  expect(await lineOf('Not removed: the review was closed first')).toHaveTextContent('1 role');
  const row = within(await screen.findByRole('row', { name: /Ann/ }));
  expect(row.getAllByText('Changed to a lesser role')[0]).toBeVisible();
});

test('a chip has the number of its results, also after decisions', async () => {
  const app = await open(({ reviews }) => {
    const counts = { ...stubReview().counts, unchanged: 1 };
    reviews[0] = stubReview({ rows: 4, assigned: 3, mine: 1, counts });
  });
  const chip = await screen.findByRole('link', { name: /^Assigned to you/ });
  expect(chip).toHaveTextContent('3');
  await app.user.click(chip);
  expect(await screen.findByText('3 results')).toBeVisible();
  // Unchanged rows are among the results.
  expect(app.server.inputsOf('reviews.rows').at(-1)).toMatchObject({ mine: true });
  expect(app.server.inputsOf('reviews.rows').at(-1)).not.toHaveProperty('unchanged');
});

async function chips(): Promise<string[]> {
  const filters = within(await screen.findByRole('navigation', { name: 'Filter roles' }));
  return filters.getAllByRole('link').map(({ textContent }) => textContent);
}

test('a chip has no number where another filter changes the number of its results', async () => {
  const app = await open(({ reviews }) => {
    const counts = { ...stubReview().counts, keep: 2 };
    reviews[0] = stubReview({ counts });
  });
  const choose = async (name: RegExp, address: string) => {
    await app.user.click(screen.getByRole('link', { name }));
    await waitFor(() => expect(app.address()).toBe(`/reviews/review-1${address}`));
  };
  const all = ['All 3', 'Assigned to you 3', 'Undecided 3', 'Keep 2', 'Privileged 1'];
  expect(await chips()).toEqual(all);
  await choose(/^Privileged/, '?flag=privileged');
  expect(await chips()).toEqual(['All 3', 'Assigned to you', 'Undecided', 'Keep', 'Privileged 1']);
  await choose(/^Keep/, '?flag=privileged&state=keep');
  expect(await chips()).toEqual(['All 3', 'Assigned to you', 'Undecided', 'Keep', 'Privileged']);
  await choose(/^Privileged/, '?state=keep');
  expect(await chips()).toEqual(['All 3', 'Assigned to you 3', 'Undecided 3', 'Keep 2', 'Privileged']);
  await choose(/^All/, '');
  expect(await chips()).toEqual(all);
  await app.user.type(screen.getByLabelText('Search this review'), 'ann');
  await waitFor(() => expect(app.address()).toBe('/reviews/review-1?search=ann'));
  expect((await chips()).join()).not.toMatch(/\d/);
});

test('all rows can be loaded for printing; a page that fails to load is reported, and can be retried', async () => {
  const app = await open((server) => {
    server.reviews[0] = stubReview({ status: 'closed' });
    server.rows = Array.from({ length: 900 }, (_, index) => stubReviewRow(index, `User${index}`));
  });
  const all = await screen.findByRole('button', { name: 'Show all, for printing' });
  app.network.break('refused');
  await app.user.click(all);
  expect(await screen.findByRole('alert')).toHaveTextContent('The next entries couldn’t be loaded.');
  expect(all).toBeEnabled();
  const failed = app.network.requested().length;
  app.network.mend();
  await app.user.click(all);
  await waitFor(() => expect(screen.getAllByRole('row')).toHaveLength(901));
  expect(screen.queryByRole('alert')).toBeNull();
  // Four pages, and the page's own refetches: no loop.
  expect(app.network.requested().length - failed).toBeLessThan(50);
});

test('a decision that another reviewer made at the same time is reported', async () => {
  const app = await open();
  const bob = await rowOf('Bob');
  const decided = { decision: 'keep', revision: 1, decidedBy: { key: 'u-dan', name: 'Dan' } } as const;
  app.server.rows = app.server.rows.map((row) => (row.position === 1 ? { ...row, ...decided } : row));
  await app.user.click(bob.getByRole('button', { name: 'Keep' }));
  expect(await screen.findByText(/Another reviewer decided 1 role at the same time/)).toBeVisible();
  expect(await (await rowOf('Bob')).findByText(/by Dan/)).toBeVisible();
});
