import { beforeEach, expect, test } from 'vitest';
import { refusal } from '../../testing/call-procedure.ts';
import { startUpstreams, startTestServer, type Client } from '../../testing/test-server.ts';
import { reports } from './tables.ts';

/** A server with its own PDP, and one with Permit's hosted PDP, which does not evaluate conditions. */
const servers = { own: { hostedPdp: false }, hosted: { hostedPdp: true } } as const;

async function open(options: (typeof servers)[keyof typeof servers]) {
  const upstreams = await startUpstreams(options);
  const server = await startTestServer({ upstreams });
  const people = [
    ['vera', 'viewer', {}],
    ['clea', 'viewer', { clearance: 'confidential' }],
    ['ed', 'editor', {}],
    ['edna', 'editor', { clearance: 'confidential' }],
    ['ada', 'admin', {}],
  ] as const;
  const as: Record<string, Client> = {};
  for (const [key, role, attributes] of people) {
    as[key] = (await server.join({ key, role, attributes })).client;
  }
  return { server, as };
}
const [own, hosted] = await Promise.all([open(servers.own), open(servers.hosted)]);
const opened = { own, hosted };
beforeEach(async () => {
  for (const { server } of Object.values(opened)) await server.db.delete(reports);
});

async function publishTwo(client: Client): Promise<{ secret: string; open: string }> {
  const make = async (title: string) => {
    const { id } = await client.reports.create.mutate({ title, kind: 'access-review' });
    await client.reports.publish.mutate({ id });
    return id;
  };
  const [secret, other] = [await make('Secret'), await make('Open')];
  await client.reports.classify.mutate({ id: secret, classification: 'confidential' });
  return { secret, open: other };
}
const clientOf = (on: keyof typeof servers, key: string): Client => {
  const client = opened[on].as[key];
  if (client === undefined) throw new TypeError(key);
  return client;
};
const denied = { status: 403, code: 'FORBIDDEN' };

test.each([
  ['own', 'vera', false],
  ['own', 'clea', true],
  ['own', 'ed', false],
  ['own', 'ada', true],
  ['hosted', 'vera', false],
  ['hosted', 'clea', false],
  ['hosted', 'ada', true],
] as const)('on the %s PDP %s reads a confidential report: %s', async (on, key, isCleared) => {
  const { secret, open: other } = await publishTwo(clientOf(on, 'ada'));
  const reader = clientOf(on, key);
  const expected = isCleared ? [other, secret] : [other];
  const list = await reader.reports.list.query({});
  expect(list.items.map(({ id }) => id)).toEqual(expected);
  expect(list.confidentialHidden).toBe(on === 'hosted' && !isCleared);
  expect(await reader.reports.counts.query({ search: 'e' })).toMatchObject({
    all: expected.length,
    found: expected.length,
    confidential: isCleared ? 1 : 0,
  });
  const confidential = await reader.reports.list.query({ classification: 'confidential' });
  expect(confidential.items).toHaveLength(isCleared ? 1 : 0);
  const exported = (path: string) => opened[on].server.get(`/api/reports/${path}?format=csv`, key);
  // One line more than there are reports, for the headers.
  expect((await (await exported('export')).text()).trim().split('\r\n')).toHaveLength(expected.length + 1);
  const one = await exported(`${secret}/export`);
  expect(one.status).toBe(isCleared ? 200 : 403);
  await one.arrayBuffer();
  const read = await reader.reports.get.query({ id: secret }).catch((error: unknown) => error);
  expect(read).toMatchObject(
    isCleared ? { classification: 'confidential' } : { data: { latchkey: { code: 'FORBIDDEN' } } },
  );
  expect(await reader.reports.get.query({ id: other })).toMatchObject({ classification: 'normal' });
});

test("an owner without clearance cannot read or use the report, and the collection's list omits its title", async () => {
  const [ed, ada] = [clientOf('own', 'ed'), clientOf('own', 'ada')];
  const { id } = await ed.reports.create.mutate({ title: 'Mine', kind: 'access-review' });
  expect(await refusal(ed.reports.classify.mutate({ id, classification: 'confidential' }))).toMatchObject(
    denied,
  );
  await ada.reports.classify.mutate({ id, classification: 'confidential' });
  const { id: collection } = await ada.collections.create.mutate({ title: 'Board' });
  await ada.collections.add.mutate({ id: collection, report: id });
  await ada.collections.share.mutate({ id: collection, subject: 'ed', role: 'editor' });

  expect((await ed.reports.list.query({ role: 'owner' })).items).toEqual([]);
  const refusals = await Promise.all(
    [
      ed.reports.rename.mutate({ id, title: 'Renamed' }),
      ed.reports.publish.mutate({ id }),
      ed.reports.access.query({ id }),
      ed.reports.remove.mutate({ id }),
      ed.collections.add.mutate({ id: collection, report: id }),
      ed.reports.classify.mutate({ id, classification: 'normal' }),
    ].map(refusal),
  );
  expect(refusals).toMatchObject(refusals.map(() => denied));
  expect(await ed.collections.get.query({ id: collection })).toMatchObject({ reports: [], hidden: 1 });
  const { id: empty } = await ada.collections.create.mutate({ title: 'Empty' });
  await ada.collections.share.mutate({ id: empty, subject: 'ed', role: 'editor' });
  expect(await ed.collections.addable.query({ id: empty })).toEqual([]);
  expect(await ed.session.gates.mutate([{ path: 'reports.get', input: { id } }])).toMatchObject([
    { state: 'denied', permission: 'reports:view-confidential', grantedBy: ['admin'] },
  ]);
});

test('before a report becomes confidential, its publisher sees by name who would lose access, the owner too', async () => {
  const [ed, ada] = [clientOf('own', 'ed'), clientOf('own', 'ada')];
  await own.server.members.readAll();
  const { id } = await ed.reports.create.mutate({ title: 'Mine', kind: 'access-review' });
  await ada.reports.share.mutate({ id, subject: 'vera', role: 'reader' });
  await ada.reports.share.mutate({ id, subject: 'clea', role: 'editor' });
  const losing = async () => {
    const { total, people } = await ada.reports.classifyPreview.query({ id });
    return { total, people: people.map(({ key, isOwner }) => [key, isOwner]) };
  };
  // A reader cannot open the draft either way.
  expect(await losing()).toEqual({ total: 1, people: [['ed', true]] });
  await ed.reports.publish.mutate({ id });
  const expected = [
    ['ed', true],
    ['vera', false],
  ];
  expect(await losing()).toEqual({ total: 2, people: expected });
  const keys = ['ada', 'clea', 'ed', 'edna', 'vera'];
  const opens = (key: string) =>
    clientOf('own', key)
      .reports.get.query({ id })
      .then(
        () => [key],
        () => [],
      );
  const readers = async () => (await Promise.all(keys.map(opens))).flat();
  const before = await readers();
  await ada.reports.classify.mutate({ id, classification: 'confidential' });
  const after = await readers();
  expect(before.filter((key) => !after.includes(key))).toEqual(expected.map(([key]) => key));
  expect(await losing()).toEqual({ total: 0, people: [] });
  expect(await refusal(ed.reports.classifyPreview.query({ id }))).toMatchObject(denied);
});

test('an owner with clearance can set and remove the classification of their report', async () => {
  const edna = clientOf('own', 'edna');
  const { id } = await edna.reports.create.mutate({ title: 'Mine', kind: 'access-review' });
  await edna.reports.classify.mutate({ id, classification: 'confidential' });
  expect((await edna.reports.list.query({})).items).toMatchObject([{ id, classification: 'confidential' }]);
  await edna.reports.classify.mutate({ id, classification: 'normal' });
  await edna.reports.publish.mutate({ id });
  expect((await clientOf('own', 'vera').reports.list.query({})).items).toMatchObject([{ id }]);
});

test.each([
  ['own', ['ed', 'vera']],
  ['hosted', ['clea', 'ed', 'edna', 'vera']],
] as const)('on the %s PDP, access to a confidential report excludes %s', async (on, expected) => {
  const { secret, open: other } = await publishTwo(clientOf(on, 'ada'));
  await opened[on].server.members.readAll();
  const ada = clientOf(on, 'ada');
  const rowsOf = async (id: string) =>
    (await ada.reports.access.query({ id })).byRole
      .map(({ role, people, excluded }) => ({
        role,
        people,
        excluded: excluded?.people.map(({ key }) => key).toSorted(),
      }))
      .filter(({ people }) => people > 0);
  const excludedOf = (keys: readonly string[]) => expected.filter((key) => keys.includes(key));
  expect(await rowsOf(secret)).toEqual([
    { role: 'viewer', people: 2, excluded: excludedOf(['clea', 'vera']) },
    { role: 'editor', people: 2, excluded: excludedOf(['ed', 'edna']) },
    { role: 'admin', people: 1, excluded: [] },
  ]);
  expect((await rowsOf(other)).map(({ excluded }) => excluded)).toEqual([[], [], []]);
  expect(await ada.reports.access.query({ id: secret })).toMatchObject({
    clearanceRole: 'Cleared for confidential',
  });
});

test('sharing a confidential report shows, before and after, that the user lacks clearance and how to get it', async () => {
  const ada = clientOf('own', 'ada');
  const { secret: id } = await publishTwo(ada);
  const asked = { id, role: 'reader' } as const;
  const lacks = { code: 'NOT_CLEARED', logtoRole: 'Cleared for confidential' };
  const assign = { ...asked, change: 'assign' } as const;
  expect(await ada.reports.sharePreview.query({ ...assign, subject: 'vera' })).toMatchObject({ lacks });
  expect(await ada.reports.sharePreview.query({ ...assign, subject: 'clea' })).toMatchObject({ lacks: null });
  expect(await ada.reports.share.mutate({ ...asked, subject: 'vera' })).toMatchObject({ lacks });
  expect(await ada.reports.share.mutate({ ...asked, subject: 'clea' })).toMatchObject({ lacks: null });
  const { people } = await ada.reports.access.query({ id });
  expect(people.map(({ key, lacks: code }) => [key, code])).toEqual([
    ['ada', null],
    ['clea', null],
    ['vera', 'NOT_CLEARED'],
  ]);
});

test('while the PDP cannot check clearance, reading a confidential report fails with 503, not 403', async () => {
  const { secret } = await publishTwo(clientOf('own', 'ada'));
  const { server } = opened.own;
  server.permit.faults.add({ path: '/user-permissions', status: 503 });
  const { client: cleo } = await server.join({ attributes: { clearance: 'confidential' } });
  expect(await refusal(cleo.reports.get.query({ id: secret }))).toMatchObject({ status: 503 });
});
