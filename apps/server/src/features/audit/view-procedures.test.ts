import { expect, test } from 'vitest';
import { permitSdk } from '../../testing/permit-sdk.ts';
import { codeOf, refusal } from '../../testing/call-procedure.ts';
import { startTestServer } from '../../testing/test-server.ts';

const server = await startTestServer();
await permitSdk(server.permit).api.tenants.create({ key: 'acme', name: 'Acme' });
const { client: admin } = await server.join({ key: 'ada', role: 'admin' });

test('a saved view belongs to its owner in one tenant: other users cannot read, rename or remove it', async () => {
  const filter = { period: 'week', show: 'denied' };
  const { id } = await admin.audit.saveView.mutate({ name: ' Denied ', filter });
  const { client: otto } = await server.join({ role: 'admin' });
  await server.directory.assignRole({ user: 'ada', role: 'admin', tenant: 'acme' });
  const strangers = [otto, await server.as('ada', 'acme')];
  expect(await Promise.all(strangers.map(({ audit }) => audit.views.query()))).toEqual([[], []]);
  const refused = strangers.flatMap(({ audit: { renameView, removeView } }) => [
    refusal(renameView.mutate({ id, name: 'Mine' })),
    refusal(removeView.mutate({ id })),
  ]);
  const missing = { code: 'VIEW_NOT_FOUND', status: 404 };
  expect(await Promise.all(refused)).toMatchObject([missing, missing, missing, missing]);
  expect(await admin.audit.views.query()).toEqual([{ id, name: 'Denied', filter }]);
  await admin.audit.renameView.mutate({ id, name: 'Refused' });
  expect(await admin.audit.views.query()).toMatchObject([{ name: 'Refused' }]);
  await admin.audit.removeView.mutate({ id });
  expect(await admin.audit.views.query()).toEqual([]);
});

test('a user has at most 50 views with unique names, and invalid input is refused', async () => {
  const save = (name: string, filter: Record<string, string> = {}) =>
    admin.audit.saveView.mutate({ name, filter });
  const bad = [
    save(' '),
    save('x'.repeat(81)),
    save('a\0b'),
    save('a', { show: '\0' }),
    save('a', { a: '' }),
  ];
  const many = Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`${index}`, 'x']));
  for (const error of await Promise.all([...bad, save('a', many)].map(refusal)))
    expect(error).toMatchObject({ code: 'INPUT_INVALID', status: 400 });
  // More than the limit of 50 views, from concurrent requests. Each request can have at most 50 calls.
  const clients = await Promise.all(Array.from({ length: 11 }, () => server.as('ada')));
  const saved = await Promise.allSettled(
    clients.flatMap(({ audit }, of) =>
      Array.from({ length: 5 }, (_, index) =>
        audit.saveView.mutate({ name: `View ${of}.${index}`, filter: {} }),
      ),
    ),
  );
  expect(saved.filter(({ status }) => status === 'fulfilled')).toHaveLength(50);
  expect(await codeOf(save('One more'))).toBe('VIEW_LIMIT');
  const [first, second] = await admin.audit.views.query();
  const taken = { code: 'VIEW_NAME_TAKEN', status: 409 };
  expect(await refusal(save(first?.name ?? ''))).toMatchObject(taken);
  const rename = { id: first?.id ?? '', name: second?.name ?? '' };
  expect(await refusal(admin.audit.renameView.mutate(rename))).toMatchObject(taken);
});
