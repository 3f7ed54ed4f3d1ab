import { sql } from 'drizzle-orm';
import { expect, inject, test } from 'vitest';
import { answersTo, typeOf, type Answered, proceduresOf, inputsOf } from './testing/call-procedure.ts';
import { permitSdk } from './testing/permit-sdk.ts';
import { planted, plantDeletedReport, plantTenant } from './testing/planted-tenant.ts';
import { startTestLogto } from './testing/test-logto.ts';
import { startTestServer } from './testing/test-server.ts';

const day = 86_400_000;
/** Yesterday's midnight. */
const around = new Date(Math.floor(Date.now() / day - 1) * day);

/** Inputs that cannot be generated from a schema, because their fields depend on one another. */
const furtherInputs: Readonly<Record<string, (ids: readonly string[]) => unknown[]>> = {
  'session.gates': (ids) =>
    ids.map((id) => [
      { path: 'reports.get', input: { id } },
      { path: 'requests.get', input: { id } },
      { permission: 'reports:view', instance: `reports:${id}` },
    ]),
  'requests.ending': () => [{}],
  'why.mine': (ids) => ids.map((on) => ({ permission: 'reports:view', on })),
  'why.explain': (ids) => ids.map((person) => ({ person, permission: 'members:view' })),
  // Counts only changes, because the calls of this test make none. Full hours are read from stored counts, other
  // periods from the rows.
  'audit.histogram': () =>
    [around.toISOString(), new Date(+around + 1).toISOString()].map((from) => ({
      from,
      to: new Date(+around + 2 * day).toISOString(),
      kind: 'change',
    })),
  'audit.mostDenied': () => [{ from: around.toISOString(), to: new Date(+around + 2 * day).toISOString() }],
};

/** Procedures for the whole installation: operators see all users and organizations, and others cannot call them. */
const isOfInstallation = (path: string): boolean => path.startsWith('sync.') || path === 'audit.report';

const kinds = [
  'an administrator',
  'an editor',
  'a viewer',
  'a person without a role',
  'a machine',
  'the operator',
  'nobody',
] as const;
type Caller = (typeof kinds)[number];

/** With `--all` every kind of user makes all calls; otherwise only those with the most and the fewest permissions. */
const calling: readonly Caller[] = inject('all') ? kinds : ['an administrator', 'a viewer'];

const callers = new Map<Caller, string | undefined>();

// The emulator's deliveries have no receiver.
const logto = await startTestLogto();
const server = await startTestServer({
  logto: logto.management,
  consoleUrl: 'https://console.example',
  audit: { explanationsPerMinute: 1_000 },
});
const acme = await logto.newOrganization('Acme');
await permitSdk(server.permit).api.tenants.create({ key: acme, name: 'Acme' });
const join = async (name: Caller, role: string | undefined, tenant = acme): Promise<string> => {
  const sub = await logto.newUser({ name });
  if (role !== undefined)
    await server.directory.provisionUser({ key: sub, firstName: name }, { role, tenant });
  await server.as(sub);
  const organization = tenant === acme ? { organization_id: acme } : {};
  callers.set(name, await server.issuer.sign({ sub, ...organization }));
  return sub;
};
const administrator = await join('an administrator', 'admin');
const editor = await join('an editor', 'editor');
const viewer = await join('a viewer', 'viewer');
await join('a person without a role', undefined);
await join('the operator', 'admin', 'default');
await server.directory.provisionUser({ key: 'robot' }, { role: 'admin', tenant: acme });
await server.as('robot');
const robot = { sub: 'robot', client_id: 'robot', organization_id: acme };
callers.set('a machine', await server.issuer.sign(robot));
callers.set('nobody', undefined);

const someText = [planted.slice(0, -1), 'reports:view', new Date().toISOString()];
const someValues = [...someText, 1, 3_600];

/** The responses to each query of an administrator and a viewer about their own tenant, including counts. */
async function toldOfOwn(): Promise<ReadonlyMap<string, string>> {
  // A member change, which invalidates cached responses.
  const passing = { user: editor, role: 'viewer', tenant: acme };
  await server.directory.assignRole(passing);
  await server.members.readAll();
  await server.directory.unassignRole(passing);
  await server.members.readAll();
  const ids = [administrator];
  const calls = proceduresOf(server)
    .filter(({ type }) => type === 'query')
    .flatMap((procedure) =>
      [...inputsOf(procedure, [...ids, ...someValues]), ...(furtherInputs[procedure.path]?.(ids) ?? [])].map(
        (input) => ({ path: procedure.path, input }),
      ),
    );
  const answers = await Promise.all(
    (['an administrator', 'a viewer'] as const).map(async (kind) =>
      (await answersTo(server, calls, callers.get(kind))).map(({ path, input, answer }) => {
        // These fields differ from call to call, or change with each read of the members.
        const lasting = answer.replaceAll(/"(?:asOf|generatedAt|requestId)":"[^"]+"/g, '');
        return [`${path} ${JSON.stringify(input)}, by ${kind}`, lasting] as const;
      }),
    ),
  );
  // The decisions that these calls caused appear in the next round.
  await server.audit.flush();
  return new Map(answers.flat());
}

/** Two rounds of responses about the callers' own tenant, before the victim has any data. */
const toldBefore = [await toldOfOwn(), await toldOfOwn()];
const victim = await plantTenant(server, logto, { admin: administrator, viewer });

/** The inputs by path, with ids of the callers' own tenant and of the victim. */
function inputsFor(own: readonly string[]): ReadonlyMap<string, readonly unknown[]> {
  const pool = [...own, ...victim.ids, victim.tenant, ...someValues];
  return new Map(
    proceduresOf(server).map((procedure) => [
      procedure.path,
      [...inputsOf(procedure, pool), ...(furtherInputs[procedure.path]?.(victim.ids) ?? [])],
    ]),
  );
}

async function exportsFor(token: string | undefined): Promise<readonly Answered[]> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const exports = [
    '/api/audit/export?format=jsonl',
    `/api/audit/export?format=csv&filter=${JSON.stringify({ resource: 'reports', instance: victim.ids[0] })}`,
    `/api/reports/${victim.ids[0]}/export?format=csv`,
    `/api/reviews/${victim.review}/evidence?format=json`,
    '/api/reports/export?format=csv',
    `/api/reports/export?format=csv&filter=${JSON.stringify({ collection: victim.ids[1] })}`,
  ];
  const answers: Answered[] = [];
  for (const path of exports) {
    const answer = await (await fetch(server.url + path, { headers })).text();
    answers.push({ path: path.slice(0, path.indexOf('?')), input: path, answer });
  }
  return answers;
}

/** The victim's secrets in a response, each with its context. */
function leaksIn({ path, input, answer }: Answered) {
  return victim.secrets.flatMap((secret) => {
    const at = answer.indexOf(secret);
    return at === -1 ? [] : [{ path, input, leak: answer.slice(Math.max(0, at - 80), at + 40) }];
  });
}

/** All stored data of the victim: in each table of the server, in Permit and in Logto. */
async function stateOf(): Promise<Readonly<Record<string, readonly string[]>>> {
  const { rows: tables } = await server.db.execute<{ name: string }>(sql`
    select relname as name from pg_class join pg_attribute on attrelid = pg_class.oid
    where relkind in ('r', 'p') and not relispartition and attname = 'tenant'
      and relnamespace = 'public'::regnamespace`);
  const stored = tables.map(async ({ name }) => {
    const { rows } = await server.db.execute<{ row: string }>(
      // The time of the last directory read and the lease of a worker are not part of the data.
      sql`select (to_jsonb(t) - 'read_at' - 'claimed_until')::text as row from ${sql.identifier(name)} t where tenant = ${victim.tenant}`,
    );
    return [name, rows.map(({ row }) => row).toSorted()] as const;
  });
  const { tenant } = victim;
  const { api } = permitSdk(server.permit);
  const [roles, instances, tuples, invitations, joined] = await Promise.all([
    api.roleAssignments.list({ tenant, perPage: 100 }),
    api.resourceInstances.list({ tenant, perPage: 100 }),
    api.relationshipTuples.list({ tenant, perPage: 100 }),
    logto.manage('GET', `/organization-invitations?organizationId=${tenant}`),
    logto.manage('GET', `/organizations/${tenant}/users`),
  ]);
  const elsewhere = Object.entries({ roles, instances, tuples, invitations, joined }).map(
    ([name, found]) =>
      [
        name,
        [found]
          .flat()
          .map((one) => JSON.stringify(one))
          .toSorted(),
      ] as const,
  );
  return Object.fromEntries([...(await Promise.all(stored)), ...elsewhere]);
}

test('every procedure has generated inputs, and every kind of data is planted', async () => {
  const inputs = inputsFor([]);
  expect(proceduresOf(server).filter(({ path }) => inputs.get(path)?.length === 0)).toEqual([]);
  const state = await stateOf();
  expect(Object.keys(state).filter((name) => state[name]?.length === 0)).toEqual([]);
});

const pathOf = (call: string): string => call.slice(0, call.indexOf(' '));

test("another tenant's data changes no response, not even a count", async () => {
  const [first, second] = toldBefore;
  const after = await toldOfOwn();
  // Responses that change with each call are not compared.
  const lasting = [...after.keys()].filter((call) => first?.get(call) === second?.get(call));
  const changed = lasting.filter((call) => after.get(call) !== second?.get(call));
  expect(changed.map((call) => [call, second?.get(call), after.get(call)]).slice(0, 5)).toEqual([]);
  const compared = new Set(lasting.map(pathOf));
  expect([...new Set([...after.keys()].map(pathOf))].filter((path) => !compared.has(path))).toEqual([
    'home.denials',
  ]);
});

test.each(calling)('%s of another tenant learns nothing and changes nothing', async (kind) => {
  const owner = await server.as(administrator, acme);
  const report = await owner.reports.create.mutate({ title: 'Report', kind: 'access-review' });
  const collection = await owner.collections.create.mutate({ title: 'Board' });
  const before = await stateOf();
  const calls = [...inputsFor([report.id, collection.id, administrator])]
    .filter(([path]) => kind !== 'the operator' || !isOfInstallation(path))
    .flatMap(([path, inputs]) => inputs.map((input) => ({ path, input })));
  const token = callers.get(kind);
  const answers = [...(await answersTo(server, calls, token)), ...(await exportsFor(token))];
  const leaks = answers.flatMap(leaksIn);
  expect(leaks.slice(0, 5)).toEqual([]);
  expect(await stateOf()).toEqual(before);
});

/** Queries without tenant data, even for the tenant's own users. */
const revealingNothing = [
  // Counts, permissions, and options.
  'session.gateTable',
  'members.counts',
  'members.roleHistory',
  'members.preview',
  'reports.audience',
  'reports.counts',
  'reports.sharePreview',
  'collections.sharePreview',
  'policy.holders',
  'requests.mails',
  'requests.openCount',
  // Contains only the id of the caller's organization.
  'applications.address',
  'audit.histogram',
  'invitations.options',
  'notifications.unread',
  'setup.status',
  // No role is old enough to count as unused.
  'reviews.unused',
  'reviews.unusedCount',
  'reviews.roleUse',
  // The call is made outside of a view.
  'viewAs.current',
  // This Logto has no sessions, and only the invited user receives an invitation.
  'person.sessions',
  'invitations.received',
  // About the whole installation, and available only in the tenant `default`.
  'policy.drift',
  'sync.status',
  'sync.deliveries',
  'sync.delivery',
  'sync.deadLetters',
  'sync.drift',
];

test('each query returns the planted data to its own tenant, so that a leak would be detected', async () => {
  // The deleted report planted earlier may have expired.
  await plantDeletedReport(server, { tenant: victim.tenant, by: administrator });
  const queries = [...inputsFor([])].filter(([path]) => typeOf(server, path) === 'query');
  const calls = queries.flatMap(([path, inputs]) => inputs.map((input) => ({ path, input })));
  const revealing = await Promise.all(
    victim.people.map(async (sub) => {
      const token = await server.issuer.sign({ sub, organization_id: victim.tenant });
      // This call comes first, before new denials displace the planted ones.
      const first = { path: 'home.denials', input: undefined };
      const answers = [...(await answersTo(server, [first, ...calls], token)), ...(await exportsFor(token))];
      return answers.flatMap(leaksIn).map(({ path }) => path);
    }),
  );
  const exported = ['/api/audit/export', '/api/reports/export', `/api/reviews/${victim.review}/evidence`];
  const paths = [...queries.map(([path]) => path), ...exported];
  expect(paths.filter((path) => !revealing.flat().includes(path)).toSorted()).toEqual(
    revealingNothing.toSorted(),
  );
});
