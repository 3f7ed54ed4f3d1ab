import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { wasMade } from './interrupted-change.ts';

type Change = Parameters<typeof wasMade>[0];
type Recorded = Change & { readonly at: number; readonly role: string; readonly isGain: boolean };

const change = (one: Partial<Change> & { before?: object; after?: object }): Change => ({
  tenant: 'default',
  action: 'role.assign',
  channel: 'console',
  actor: 'ada',
  subject: 'bob',
  resource: null,
  instance: null,
  detail: { before: one.before, after: one.after },
  ...one,
});
const present = (
  roles: readonly string[],
  request?: { status: string; decidedBy: string | null; approvals: { by: string }[] },
): Parameters<typeof wasMade>[2] => ({
  rolesOf: async () => roles.map((role) => ({ role, endsAt: null })),
  requestOf: async () => request,
});

/** Of one role, the changes are written in the order in which they began; others overlap freely. */
const step = fc.record({
  role: fc.constantFrom('editor', 'analyst'),
  end: fc.constantFrom('recorded', 'killed before', 'killed after'),
  /** The number of later steps that begin before this one is written. */
  delay: fc.nat(2),
});

test('changes that are recorded or found out lead to what Permit has, also if they overlap', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 10 }), async (steps) => {
      const held = new Set<string>();
      const log: Recorded[] = [];
      const interrupted = new Set<Recorded>();
      const waiting: { at: number; role: string; write: (at: number) => void }[] = [];
      const writeUntil = (time: number): void => {
        for (const one of waiting.filter(({ at }) => at <= time)) {
          waiting.splice(waiting.indexOf(one), 1);
          one.write(one.at);
        }
      };
      for (const [index, { role, end, delay }] of steps.entries()) {
        writeUntil(index);
        const isGain = !held.has(role);
        const before = [...held];
        const after = isGain ? [...before, role] : before.filter((one) => one !== role);
        const action = isGain ? 'role.assign' : 'role.unassign';
        const details = { detail: { before: { roles: before }, after: { roles: after } } };
        const event = { ...change({ action }), ...details, role, isGain, at: index };
        if (end !== 'recorded') interrupted.add(event);
        const write = (at: number): void => {
          const isEffective = held.has(role) !== isGain;
          if (isGain) held.add(role);
          else held.delete(role);
          if (end === 'recorded' && isEffective) log.push({ ...event, at });
        };
        const previous = Math.max(index, ...waiting.flatMap((one) => (one.role === role ? one.at : [])));
        if (end !== 'killed before')
          waiting.push({ at: Math.max(previous, index + delay + 0.5), role, write });
      }
      writeUntil(Number.POSITIVE_INFINITY);
      const isLater = (event: Recorded) => (one: Recorded) => one.at > event.at;
      for (const event of interrupted) {
        const later = [...log, ...interrupted]
          .filter(isLater(event))
          .toSorted((one, other) => one.at - other.at);
        const made = await wasMade(event, later, present([...held]));
        interrupted.delete(event);
        expect(made).not.toBeUndefined();
        if (made === true) log.push(event);
      }
      const folded = new Set<string>();
      for (const { role, isGain } of log.toSorted((one, other) => one.at - other.at)) {
        expect(folded.has(role)).toBe(!isGain);
        if (isGain) folded.add(role);
        else folded.delete(role);
      }
      expect([...folded].toSorted()).toEqual([...held].toSorted());
    }),
    { numRuns: 2_000 },
  );
});

const tenant = 'globex';
const removal = change({
  tenant,
  action: 'role.unassign',
  before: { roles: ['viewer', 'admin'] },
  after: { roles: ['viewer'] },
});

test.each([
  // Sync removes from Permit what the change removed in Logto.
  { later: [{ action: 'role.unassign', channel: 'sync', before: { role: 'admin' } }], held: [], made: true },
  { later: [{ action: 'role.unassign', channel: 'sync', before: { role: 'admin' } }], held: ['admin'] },
  {
    later: [
      { action: 'role.unassign', channel: 'sync', before: { role: 'admin' } },
      { action: 'role.unassign', before: { roles: ['admin'] }, after: { roles: [] } },
    ],
    held: [],
  },
  {
    later: [{ action: 'role.assign', channel: 'sync', after: { role: 'admin' } }],
    held: ['admin'],
    made: true,
  },
  // Everything was removed later, so the role was there.
  { later: [{ action: 'member.remove', before: { roles: ['admin'] }, after: {} }], held: [] },
] as const)('a removal of a role from Logto: %j', async ({ later, held, ...expected }) => {
  const made = 'made' in expected;
  expect(
    await wasMade(
      removal,
      later.map((one) => change({ tenant, ...one })),
      present(held),
    ),
  ).toBe(made);
});

test('nothing shows whether a share was removed before everything was', async () => {
  const share = change({
    action: 'share.take',
    instance: 'r1',
    before: { roles: ['reader'] },
    after: { roles: [] },
  });
  const all = change({ action: 'member.remove', before: { roles: ['viewer'], onInstances: 1 }, after: {} });
  expect(await wasMade(share, [all], present([]))).toBeUndefined();
});

const ofRequest = (action: string, status: string) =>
  change({ action, before: { status: 'open' }, after: { request: 'r', role: 'editor', status } });
test.each([
  [
    'the first of two approvals',
    'request.approve',
    'approved',
    { status: 'open', decidedBy: null },
    true,
    true,
  ],
  [
    'an approval before the second',
    'request.approve',
    'approved',
    { status: 'approved', decidedBy: 'eve' },
    true,
    true,
  ],
  [
    'an approval that another one made',
    'request.approve',
    'approved',
    { status: 'approved', decidedBy: 'eve' },
    false,
    false,
  ],
  [
    'a possibly undone approval',
    'request.approve',
    'approved',
    { status: 'open', decidedBy: null },
    false,
    undefined,
  ],
  ['a refusal', 'request.refuse', 'refused', { status: 'refused', decidedBy: 'ada' }, false, true],
  [
    'the undo of one of two approvals',
    'request.undo',
    'open',
    { status: 'open', decidedBy: null },
    true,
    false,
  ],
] as const)('%s', async (_, action, status, found, hasApproved, made) => {
  const approvals = hasApproved ? [{ by: 'ada' }] : [];
  expect(await wasMade(ofRequest(action, status), [], present([], { ...found, approvals }))).toBe(made);
});

test.each([
  [change({ action: 'member.remove', before: { roles: ['editor'], onInstances: 1 }, after: { done: [] } })],
  [change({ action: 'invitation.create' })],
  [
    change({
      action: 'report.publish',
      subject: null,
      before: { status: 'draft' },
      after: { status: 'published' },
    }),
  ],
  // The removal of a share that an earlier one has removed in Permit only.
  [change({ action: 'share.take', instance: 'r1', before: { roles: [] }, after: { roles: [] } })],
])('a change of which nothing is shown is not called failed: %j', async (event) => {
  expect(await wasMade(event, [], present([]))).toBeUndefined();
});

test.each([true, false])('a request was created if it exists: %j', async (exists) => {
  const request = exists ? { status: 'withdrawn', decidedBy: null, approvals: [] } : undefined;
  expect(await wasMade(ofRequest('request.create', 'open'), [], present([], request))).toBe(exists);
});
