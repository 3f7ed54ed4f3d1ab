import { expect, test } from 'vitest';
import { countCalls } from './testing/count-calls.ts';
import { listen } from './testing/listen.ts';
import { startTestLogto } from './testing/test-logto.ts';
import { startUpstreams, startTestServer, type TestServer } from './testing/test-server.ts';

const logto = await startTestLogto();
const upstreams = await startUpstreams();
const pdp = await countCalls(upstreams.permit.pdpUrl);
const options = {
  logto: logto.management,
  consoleUrl: 'https://console.example',
  upstreams,
  addresses: { pdp: pdp.url },
  // Long, so that a replica that misses a message would fail the test by using its cache.
  decisionTtl: 600_000,
  // More changes by one user than any test in this file makes, except the one about this limit.
  rateLimits: { changes: 150 },
};
const first = await startTestServer(options);
const beside = { ...options, databaseUrl: first.databaseUrl };
const second = await startTestServer(beside);
const third = await startTestServer(beside);
const replicas = [first, second, third] as const;
const acme = await logto.newOrganization('Acme');

let people = 0;
const newUser = (name: string, primaryEmail = `user-${++people}@example.test`): Promise<string> =>
  logto.newUser({ name, primaryEmail });

async function newMember(name: string, role?: 'admin'): Promise<string> {
  const id = await newUser(name);
  await logto.join(acme, id);
  if (role !== undefined) await logto.assign(acme, id, role);
  await everywhere(async (replica) => (await replica.asNewcomer(id, acme)).session.me.query());
  return id;
}

const everywhere = <Result>(ask: (replica: TestServer) => Promise<Result>): Promise<Result[]> =>
  Promise.all(replicas.map(ask));
const same = <Value>(value: Value): Value[] => replicas.map(() => value);
const ada = await newMember('Ada', 'admin');
const asAda = (replica: TestServer) => replica.asNewcomer(ada, acme);

async function inviteUser(): Promise<{ readonly id: string; readonly invited: string }> {
  const email = `invited-${++people}@example.test`;
  const invited = await newUser('Ivy', email);
  const [outcome] = await (await asAda(replicas[0])).invitations.create.mutate({ emails: [email] });
  if (outcome?.outcome !== 'invited') throw new TypeError(`${email} is not invited.`);
  return { id: outcome.invitation.id, invited };
}

/** The state of an invitation on each replica, and whether it admits the invited user to the organization. */
const statesOf = (id: string, invited: string) =>
  everywhere(async (replica) => {
    const { items } = await (await asAda(replica)).invitations.list.query({});
    const me = await (await replica.asNewcomer(invited, acme)).session.me.query();
    return { status: items.find((one) => one.id === id)?.status, roles: me.roles };
  });

test('a role assigned on one replica shows on the others: for the member, in the list, and in explanations', async () => {
  const [first, second, third] = replicas;
  const mel = await newMember('Mel');
  const mayCreate = async (replica: TestServer) => {
    const asMel = await replica.asNewcomer(mel, acme);
    return (await asMel.session.gates.mutate([{ path: 'reports.create' }]))[0]?.state;
  };
  const isRemembered = async (state: string): Promise<boolean> => {
    const before = pdp.calls.length;
    expect(await everywhere(mayCreate)).toEqual(same(state));
    return pdp.calls.length === before;
  };
  await expect.poll(() => isRemembered('denied')).toBe(true);
  const listeners = await Promise.all(
    [second, third].map((replica) => listen(replica, 'members.changes', { subject: ada, tenant: acme })),
  );

  await (await asAda(first)).members.assign.mutate({ subject: mel, role: 'editor' });

  await expect.poll(() => everywhere(mayCreate)).toEqual(same('allowed'));
  await expect.poll(() => listeners.every(({ times }) => times() > 0)).toBe(true);
  const given = { role: 'editor', source: { kind: 'hand', by: { key: ada, name: 'Ada' } } };
  const shown = await everywhere(async (replica) => {
    const { members } = await (await asAda(replica)).members.list.query({ limit: 50 });
    return members.find(({ subject }) => subject === mel)?.roles;
  });
  expect(shown).toMatchObject(same([{ role: 'viewer' }, given]));
  const explained = await everywhere(async (replica) =>
    (await asAda(replica)).why.explain.query({ person: mel, permission: 'reports:create' }),
  );
  expect(explained).toMatchObject(same({ outcome: 'allow', paths: [[{ kind: 'role', ...given }, {}]] }));

  await expect.poll(() => isRemembered('allowed')).toBe(true);
  await (await asAda(second)).members.unassign.mutate({ subject: mel, role: 'editor' });
  await expect.poll(() => everywhere(mayCreate)).toEqual(same('denied'));
  for (const { end } of listeners) end();
});

test('roles removed and restored on one replica end and begin on the others, whatever they have cached', async () => {
  const { client: boss } = await first.join({ role: 'admin' });
  const nina = await newUser('Nina');
  const mayCreate = async (replica: TestServer) => {
    const asNina = await replica.asNewcomer(nina);
    return (await asNina.session.gates.mutate([{ path: 'reports.create' }]))[0]?.state;
  };
  const isRemembered = async (state: string): Promise<boolean> => {
    const before = pdp.calls.length;
    return (await everywhere(mayCreate)).every((one) => one === state) && pdp.calls.length === before;
  };
  await everywhere(async (replica) => (await replica.asNewcomer(nina)).session.me.query());
  await boss.members.assign.mutate({ subject: nina, role: 'editor' });
  await expect.poll(() => isRemembered('allowed')).toBe(true);
  const [outcome] = await boss.members.remove.mutate({ subjects: [nina], actions: ['roles'] });
  await expect.poll(() => isRemembered('denied')).toBe(true);
  await boss.members.restore.mutate({ removals: [outcome?.removal ?? ''] });
  await expect.poll(() => isRemembered('allowed')).toBe(true);
});

test('a view as another user that one replica starts is known on all, and so is its end', async () => {
  const [first, second, third] = replicas;
  const mel = await newMember('Mel');
  const { id } = await (await asAda(first)).viewAs.start.mutate({ kind: 'person', subject: mel });
  const seen = () =>
    everywhere(async (replica) => {
      const view = await replica.asNewcomer(ada, acme, id);
      return view.session.me.query().then(
        ({ subject }) => subject,
        (error: Error) => error.message,
      );
    });
  expect(await seen()).toEqual(same(mel));
  await (await asAda(second)).viewAs.end.mutate({ id });
  expect(await seen()).toEqual(same('The view as another user has ended.'));
  const started = await Promise.all(
    [first, second, third].map(async (replica) =>
      (await asAda(replica)).viewAs.start.mutate({ kind: 'person', subject: mel }),
    ),
  );
  const running = await Promise.all(
    started.map(async (view) =>
      (await third.asNewcomer(ada, acme, view.id)).viewAs.current.query().catch(() => null),
    ),
  );
  expect(running.filter((view) => view !== null)).toHaveLength(1);
});

test('accepting and revoking an invitation concurrently on two replicas has one outcome on all of them', async () => {
  const change = { method: 'PUT', path: '/api/organization-invitations/*' };
  for (let round = 0; round < 4; round++) {
    // The delays let both replicas read the invitation as pending before Logto changes it. In every second round, the
    // first call is the last to be written.
    if (round % 2 === 1) logto.emulator.addFault({ ...change, delay: 600, count: 1 });
    logto.emulator.addFault({ ...change, delay: 200 });
    const { id, invited } = await inviteUser();
    const [first, second] = replicas;
    const [asInvited, asAdmin] = await Promise.all([first.asNewcomer(invited), asAda(second)]);
    const [accepting, revoking] = await Promise.allSettled([
      asInvited.invitations.accept.mutate({ id }),
      asAdmin.invitations.revoke.mutate({ id }),
    ]);
    expect(new Set([accepting.status, revoking.status])).toEqual(new Set(['fulfilled', 'rejected']));
    const isAccepted = accepting.status === 'fulfilled';
    await expect
      .poll(() => statesOf(id, invited))
      .toEqual(
        same(isAccepted ? { status: 'accepted', roles: ['viewer'] } : { status: 'revoked', roles: [] }),
      );
    logto.emulator.clearFaults();
  }
});

test("all replicas count a user's changes together: a limit used up on two is used up on the third", async () => {
  const token = await replicas[0].issuer.sign({ sub: await newMember('Max'), organization_id: acme });
  const paths = Array.from({ length: 50 }, () => 'collections.create').join(',');
  const change = async ({ url }: TestServer): Promise<number> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    return (await fetch(`${url}/api/trpc/${paths}?batch=1`, { method: 'POST', headers, body: '{}' })).status;
  };
  const [first, second, third] = replicas;
  // Max lacks the permission, but his calls count like any other changes.
  expect([await change(first), await change(second), await change(first)]).toEqual([403, 403, 403]);
  expect([await change(third), await change(second)]).toEqual([429, 429]);
});
