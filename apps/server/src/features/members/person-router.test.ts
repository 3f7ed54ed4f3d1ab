import { originAttribute } from '@latchkey/directory-sync';
import { expect, test } from 'vitest';
import { askForRole } from '../../testing/requests.ts';
import { reportRow } from '../../testing/rows.ts';
import { permitSdk } from '../../testing/permit-sdk.ts';
import { codeOf, refusal } from '../../testing/call-procedure.ts';
import { startTestLogto } from '../../testing/test-logto.ts';
import { startTestServer, type Client } from '../../testing/test-server.ts';
import { reports } from '../reports/tables.ts';

const logto = await startTestLogto({
  applications: [{ id: 'console', name: 'Console', type: 'SPA', redirectUris: ['http://localhost:9/'] }],
});
const server = await startTestServer({
  logto: logto.management,
  vendorConsoles: { logto: 'https://logto.example/console/', permit: 'https://permit.example' },
});
const sdk = permitSdk(server.permit);
await sdk.api.tenants.create({ key: 'acme', name: 'Acme' });
const person = await logto.newUser({
  name: 'Nina',
  primaryEmail: 'nina@example.com',
  password: 'a long enough password',
});
const join = async (key: string, role: string) =>
  (await server.join({ key, email: `${key}@example.com`, role })).client;
const [admin, editor] = [await join('ada', 'admin'), await join('ed', 'editor')];
await join(person, 'viewer');

async function newReport(title: string, status: 'draft' | 'published'): Promise<string> {
  const row = reportRow({ title, status });
  await server.db.insert(reports).values(row);
  return row.id;
}

test("returns a user's permissions and shared reports, without titles that the caller may not see", async () => {
  const published = await newReport('Quarterly review', 'published');
  const draft = await newReport('Secret layoffs', 'draft');
  for (const [report, role] of [
    [published, 'reader'],
    [draft, 'editor'],
    // A report that exists only in Permit.
    ['board', 'reader'],
  ] as const) {
    const instance = `reports:${report}`;
    await server.directory.assignRole({ user: person, role, tenant: 'default', instance });
  }
  const access = await admin.person.access.query({ subject: person });
  expect(access.permissions).toEqual(['reports:view', 'requests:create', 'policy:view']);
  expect(access.moreShares).toBe(0);
  expect(access.shares).toEqual(
    expect.arrayContaining([
      { report: published, title: 'Quarterly review', roles: [{ role: 'reader', source: null }] },
      { report: draft, title: 'Secret layoffs', roles: [{ role: 'editor', source: null }] },
      { report: 'board', title: null, roles: [{ role: 'reader', source: null }] },
    ]),
  );
  const toEditor = await editor.person.access.query({ subject: person });
  expect(toEditor.shares).toEqual(
    expect.arrayContaining([
      { report: published, title: 'Quarterly review', roles: [{ role: 'reader', source: null }] },
      { report: draft, title: null, roles: [{ role: 'editor', source: null }] },
    ]),
  );
});

test("a user from Logto has a link to their Logto page, for readers in the installation's tenant", async () => {
  const subject = 'lia';
  await server.join({ key: subject, email: 'lia@example.com' });
  const linkFor = async (reader: Client) => (await reader.person.access.query({ subject })).logtoUrl;
  expect(await linkFor(editor)).toBeNull();
  await sdk.api.users.update(subject, { attributes: { [originAttribute]: 'logto' } });
  expect(await linkFor(editor)).toBe('https://logto.example/console/users/lia');
  const { client: olga } = await server.join({ email: 'olga@example.com', role: 'admin', tenant: 'acme' });
  await server.directory.assignRole({ user: subject, role: 'viewer', tenant: 'acme' });
  expect(await linkFor(olga)).toBeNull();
});

test('another tenant sees neither the user nor their sessions', async () => {
  const { client: orga } = await server.join({ email: 'orga@example.com', role: 'admin', tenant: 'acme' });
  const unknown = { status: 404, code: 'PERSON_NOT_FOUND', requestId: 'string' };
  for (const subject of [person, 'nobody']) {
    expect(await refusal(orga.person.access.query({ subject }))).toEqual(unknown);
    expect(await refusal(orga.person.sessions.query({ subject }))).toEqual(unknown);
  }
  await server.directory.assignRole({ user: person, role: 'viewer', tenant: 'acme' });
  await logto.emulator.signIn(person);
  expect(await orga.person.sessions.query({ subject: person })).toBeNull();
});

test("users who can assign roles see a member's sessions, unless it is a machine or Logto lacks the endpoint", async () => {
  await logto.emulator.signIn(person);
  const sessions = await admin.person.sessions.query({ subject: person });
  expect(sessions?.[0]).toEqual({
    id: expect.any(String),
    signedInAt: expect.stringMatching(/Z$/),
    expiresAt: expect.stringMatching(/Z$/),
  });
  expect(await refusal(editor.person.sessions.query({ subject: person }))).toMatchObject({
    code: 'FORBIDDEN',
    denied: { permission: 'members:assign' },
  });
  await server.directory.provisionUser({ key: 'robot' }, { role: 'viewer', tenant: 'default' });
  expect(await admin.person.sessions.query({ subject: 'robot' })).toBeNull();

  logto.emulator.addFault({ path: `/api/users/${person}/sessions`, status: 404 });
  expect(await admin.person.sessions.query({ subject: person })).toBeNull();
  logto.emulator.clearFaults();
  logto.emulator.addFault({ path: `/api/users/${person}/sessions`, status: 500 });
  expect(await codeOf(admin.person.sessions.query({ subject: person }))).toBe('DIRECTORY_UNAVAILABLE');
});

test("lists only the member's requests that the caller may see", async () => {
  const nina = await server.as(person);
  const own = await askForRole(nina);
  await askForRole(editor, 'admin');
  const list = (client: Client) => client.requests.list.query({ requester: person });
  expect((await list(admin)).items.map(({ id }) => id)).toEqual([own]);
  expect((await list(editor)).items).toEqual([]);
});

test('a role on a report shows the request that granted it, and its end', async () => {
  const report = await newReport('Year end', 'published');
  const ask = await server.as(person);
  const { id } = await ask.requests.create.mutate({
    target: { kind: 'instance', resource: 'reports', id: report, role: 'reader' },
    reason: 'I write the summary',
    duration: 86_400,
  });
  const { grant } = await admin.requests.approve.mutate({ id });
  await expect
    .poll(async () => (await admin.person.access.query({ subject: person })).shares)
    .toContainEqual({
      report,
      title: 'Year end',
      roles: [{ role: 'reader', source: { kind: 'request', requestId: id, endsAt: grant?.expiresAt } }],
    });
});

test('a role on a report shows who assigned it in the console, and other roles show nobody', async () => {
  const report = await newReport('Handover', 'published');
  const ofAnother = await newReport('Inventory', 'published');
  await admin.reports.share.mutate({ id: report, subject: person, role: 'editor' });
  await admin.reports.share.mutate({ id: ofAnother, subject: 'ed', role: 'editor' });
  for (const id of [report, ofAnother]) {
    const instance = `reports:${id}`;
    await server.directory.assignRole({ user: person, role: 'reader', tenant: 'default', instance });
  }
  const sourcesOn = async (id: string) => {
    const { shares } = await editor.person.access.query({ subject: person });
    const roles = shares.find((one) => one.report === id)?.roles ?? [];
    return Object.fromEntries(roles.map(({ role, source }) => [role, source]));
  };
  const at: unknown = expect.stringMatching(/Z$/);
  await expect
    .poll(() => sourcesOn(report))
    .toEqual({
      editor: { kind: 'hand', by: { key: 'ada', name: 'ada@example.com' }, at, endsAt: null },
      reader: null,
    });
  await expect.poll(() => sourcesOn(ofAnother)).toEqual({ reader: null });
});
