import * as fc from 'fast-check';
import { expect, inject, test } from 'vitest';
import { permitSdk } from '../../testing/permit-sdk.ts';
import { startTestServer, type Client } from '../../testing/test-server.ts';
import { waitFor } from '../../testing/wait-for.ts';

// Decisions are not cached, because the test changes facts directly in Permit.
const server = await startTestServer({ decisionTtl: 0 });
const sdk = permitSdk(server.permit);
const { client: admin } = await server.join({ key: 'ada', role: 'admin' });

const procedures = {
  'reports:view': 'reports.get',
  'reports:view-confidential': 'reports.get',
  'reports:edit': 'reports.rename',
  'reports:publish': 'reports.publish',
  'reports:share': 'reports.access',
  'reports:delete': 'reports.remove',
  'reports:create': 'reports.create',
  'collections:view': 'collections.get',
  'collections:edit': 'collections.rename',
  'members:view': 'members.list',
} as const;
type Permission = keyof typeof procedures;

const shareRole = fc.constantFrom('owner' as const, 'editor' as const, 'reader' as const);
const history = fc.record({
  requester: fc.record({
    role: fc.constantFrom('viewer', 'editor'),
    isCleared: fc.boolean(),
    onReport: fc.option(shareRole),
  }),
  isPublished: fc.boolean(),
  isConfidential: fc.boolean(),
  isCollected: fc.boolean(),
  target: fc.oneof(
    fc.record({ kind: fc.constant('role'), role: fc.constantFrom('editor', 'admin') }),
    fc.record({
      kind: fc.constant('instance'),
      resource: fc.constantFrom('reports', 'collections'),
      role: shareRole,
    }),
  ),
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the table's own keys
  permission: fc.option(fc.constantFrom(...(Object.keys(procedures) as Permission[])), { nil: undefined }),
  /** What happens between the request and its approval. */
  meanwhile: fc.constantFrom('nothing', 'classified', 'cleared', 'uncleared', 'taken'),
});
type History = typeof history extends fc.Arbitrary<infer Value> ? Value : never;

const granting: History = {
  requester: { role: 'viewer', isCleared: false, onReport: null },
  isPublished: false,
  isConfidential: false,
  isCollected: false,
  target: { kind: 'role', role: 'editor' },
  permission: 'reports:create',
  meanwhile: 'nothing',
};

const refusals = new Set([
  'NOT_CLEARED',
  'REQUEST_WITHOUT_EFFECT',
  'ALREADY_HELD',
  'REPORT_NOT_FOUND',
  'EXPLANATION_LIMIT',
]);

async function unlessRefused<Answer>(calling: Promise<Answer>): Promise<Answer | undefined> {
  return calling.catch((error: unknown) => {
    if (refusals.has(String(Object(error).data?.latchkey?.code))) return undefined;
    throw error;
  });
}

const setClearance = (key: string, isCleared: boolean) =>
  sdk.api.users.update(key, { attributes: isCleared ? { clearance: 'confidential' } : {} });

async function follow(client: Client, key: string, { meanwhile, ...one }: History) {
  const { requester } = one;
  const { id: report } = await admin.reports.create.mutate({ title: 'Law', kind: 'access-review' });
  const { id: collection } = await admin.collections.create.mutate({ title: 'Law' });
  if (one.isPublished) await admin.reports.publish.mutate({ id: report });
  if (one.isCollected) await admin.collections.add.mutate({ id: collection, report });
  if (one.isConfidential) await admin.reports.classify.mutate({ id: report, classification: 'confidential' });
  await setClearance(key, requester.isCleared);
  if (requester.onReport !== null)
    await admin.reports.share.mutate({ id: report, subject: key, role: requester.onReport });

  const { permission } = one;
  const idOf = (resource: string): string => (resource === 'collections' ? collection : report);
  const on =
    permission === undefined || !/^(?:reports|collections):(?!create)/.test(permission)
      ? undefined
      : idOf(permission.slice(0, permission.indexOf(':')));
  const target = 'resource' in one.target ? { ...one.target, id: idOf(one.target.resource) } : one.target;
  const asked = { target, permission, on, reason: 'why', duration: 86_400 };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the kind names its fields
  const request = await unlessRefused(client.requests.create.mutate(asked as never));
  if (request === undefined) return [];
  if (meanwhile === 'classified')
    await admin.reports.classify.mutate({ id: report, classification: 'confidential' });
  if (meanwhile === 'cleared' || meanwhile === 'uncleared') await setClearance(key, meanwhile === 'cleared');
  if (meanwhile === 'taken') await admin.collections.removeReport.mutate({ id: collection, report });
  const approved = await unlessRefused(admin.requests.approve.mutate({ id: request.id }));
  if (approved === undefined) return [];
  await waitFor(async () => {
    const { items } = await client.requests.mine.query({});
    expect(items[0]?.grant?.status).toBe('active');
  });
  // A draft opens only for users who can edit it, whatever else they can do.
  const opens = (path: string): boolean => path !== 'reports.get' || one.isPublished;
  const gates = [
    ...(permission === undefined ? [] : [{ path: procedures[permission], id: on }]),
    ...('id' in target
      ? [{ path: target.resource === 'collections' ? 'collections.get' : 'reports.get', id: target.id }]
      : []),
  ];
  return gates
    .filter(({ path }) => opens(path))
    .map(({ path, id }) => ({ path, input: id === undefined ? {} : { id } }));
}

test('law: after a request is granted, the denied call succeeds', async () => {
  let granted = 0;
  const histories = fc.asyncProperty(history, async (one) => {
    const { key, client } = await server.join({ role: one.requester.role });
    const gates = await follow(client, key, one);
    if (gates.length === 0) return;
    granted += 1;
    await waitFor(async () => {
      const answers = await client.session.gates.mutate(gates);
      expect(answers).toMatchObject(gates.map(() => ({ state: 'allowed' })));
    });
  });
  await fc.assert(histories, {
    numRuns: inject('all') ? 100 : 5,
    endOnFailure: true,
    examples: [[granting]],
  });
  expect(granted).toBeGreaterThan(0);
}, 3_600_000);
