import * as fc from 'fast-check';
import { eq } from 'drizzle-orm';
import { expect, inject, test } from 'vitest';
import { startUpstreams, startTestServer } from '../../testing/test-server.ts';
import { permitSdk, rolesIn } from '../../testing/permit-sdk.ts';
import { accessGrants } from './tables.ts';
import { waitFor } from '../../testing/wait-for.ts';

/** The number of seconds by which the servers' clocks are ahead. */
let ahead = 0;
const now = (): Date => new Date(Date.now() + ahead * 1_000);

let people = 0;
const upstreams = await startUpstreams();
let server = await startTestServer({ upstreams, now });
const sdk = permitSdk(server.permit);
await server.directory.provisionUser({ key: 'admin' }, { role: 'admin', tenant: 'default' });

const hour = 3_600;
const editor = { role: 'editor', tenant: 'default' } as const;

/** An action by the user, or one that affects them. Times are in hours. */
type Step =
  | { readonly kind: 'ask'; readonly hours: number; readonly shortened: boolean; readonly undone: boolean }
  | { readonly kind: 'pass'; readonly hours: number; readonly outage: boolean }
  | { readonly kind: 'take' | 'give' | 'suspend' | 'reactivate' | 'restart' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('ask' as const),
      hours: fc.constantFrom(2, 8, 24),
      shortened: fc.boolean(),
      undone: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('pass' as const),
      hours: fc.constantFrom(1, 9, 25),
      outage: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        'take' as const,
        'give' as const,
        'suspend' as const,
        'reactivate' as const,
        'restart' as const,
      ),
    }),
  },
);

interface Model {
  /** Epoch milliseconds. The test takes only seconds of real time, which do not change the order of ends. */
  end: number;
  /** Whether the user has the role, from the grant or from another assignment. */
  isHeld: boolean;
  isByHand: boolean;
  isSuspended: boolean;
}

function must(isTrue: boolean, otherwise: string): void {
  if (!isTrue) throw new Error(otherwise);
}

const until = (isTrue: () => Promise<boolean>, otherwise: string): Promise<void> =>
  waitFor(async () => must(await isTrue(), otherwise));

/** Returns `[result, answer]` of a call. `result` is the state of a gate, `answered`, or the error code. */
async function answerOf<Answer>(calling: Promise<Answer>): Promise<[unknown, Answer?]> {
  try {
    const answer = await calling;
    return [Array.isArray(answer) ? Object(answer[0]).state : 'answered', answer];
  } catch (error) {
    return [Object(error).data?.latchkey?.code];
  }
}

async function follow(steps: readonly Step[]): Promise<void> {
  const key = `person-${people++}`;
  await server.directory.provisionUser({ key }, { role: 'viewer', tenant: 'default' });
  const model: Model = { end: 0, isHeld: false, isByHand: false, isSuspended: false };
  const isLive = (): boolean => model.end > now().getTime();

  const call = async (): Promise<unknown> => {
    const client = await server.as(key);
    const [state] = await answerOf(client.session.gates.mutate([{ path: 'reports.create' }]));
    return state;
  };
  const mustNotBeAllowed = async (): Promise<void> =>
    must((await call()) !== 'allowed', 'a call after the end');
  const observe = async (): Promise<void> => {
    const expected = model.isSuspended ? 'SUBJECT_REVOKED' : model.isHeld ? 'allowed' : 'denied';
    if (expected !== 'allowed') await mustNotBeAllowed();
    await until(async () => (await call()) === expected, `never ${expected}`);
  };

  const ask = async ({ hours, shortened, undone }: Extract<Step, { kind: 'ask' }>): Promise<void> => {
    const duration = hours * hour;
    const { requests } = await server.as(key);
    const approver = (await server.as('admin')).requests;
    const target = { kind: 'role', role: 'editor' } as const;
    const [asked, request] = await answerOf(requests.create.mutate({ target, reason: 'why', duration }));
    must(asked === (model.isByHand ? 'ALREADY_HELD' : 'answered'), `asked: ${String(asked)}`);
    if (request === undefined) return;
    const given = shortened ? duration / 2 : duration;
    const end = now().getTime() + given * 1_000;
    const isShorter = isLive() && end <= model.end;
    const { id } = request;
    const [decided, approval] = await answerOf(approver.approve.mutate({ id, duration: given }));
    must(decided === (isShorter ? 'ALREADY_HELD' : 'answered'), `approved: ${String(decided)}`);
    if (approval === undefined) {
      await requests.withdraw.mutate({ id });
      return;
    }
    const earlierEnd = isLive() ? model.end : 0;
    [model.end, model.isHeld] = [end, true];
    await until(async () => {
      const grant = eq(accessGrants.id, approval.grant?.id ?? '');
      return (await server.db.select().from(accessGrants).where(grant))[0]?.status === 'active';
    }, 'never active');
    if (!undone) return;
    await approver.undo.mutate({ id, decidedAt: approval.decidedAt ?? '' });
    [model.end, model.isHeld] = [earlierEnd, earlierEnd > 0];
    await requests.withdraw.mutate({ id });
  };
  const suspend = async (): Promise<void> => {
    await server.sync.revocations.record(key, 'suspended');
    const roles = await rolesIn(server, key);
    await sdk.api.users.update(key, {
      attributes: { logto_suspended_roles: roles.map((role) => `${role}@default`) },
    });
    for (const role of roles) await server.directory.unassignRole({ user: key, role, tenant: 'default' });
    model.isSuspended = true;
  };
  const reactivate = async (): Promise<void> => {
    await server.sync.revocations.record(key, 'active');
    const { attributes } = await sdk.api.users.get(key);
    const stored: unknown = Object(attributes).logto_suspended_roles;
    for (const name of Array.isArray(stored) ? stored : []) {
      await server.directory.assignRole({
        user: key,
        role: String(name).split('@')[0] ?? '',
        tenant: 'default',
      });
      if (!isLive() && !model.isByHand) await mustNotBeAllowed();
    }
    await sdk.api.users.update(key, { attributes: {} });
    model.isSuspended = false;
  };

  const take = async (one: Step): Promise<void> => {
    switch (one.kind) {
      case 'ask':
        return model.isSuspended ? undefined : ask(one);
      case 'pass': {
        if (one.outage) server.permit.faults.add({ path: '/v2/facts/*', status: 500 });
        ahead += one.hours * hour;
        if (!isLive() && !model.isByHand) model.isHeld = false;
        if (one.outage && !model.isHeld) await mustNotBeAllowed();
        server.permit.faults.clear();
        return;
      }
      case 'take':
        if (model.isSuspended) return;
        await server.directory.unassignRole({ user: key, ...editor });
        [model.isHeld, model.isByHand] = [false, false];
        return;
      case 'give':
        if (model.isSuspended || isLive()) return;
        await server.directory.assignRole({ user: key, ...editor });
        [model.isHeld, model.isByHand] = [true, true];
        return;
      case 'suspend':
        return model.isSuspended ? undefined : suspend();
      case 'reactivate':
        return model.isSuspended ? reactivate() : undefined;
      case 'restart':
        await server.close();
        server = await startTestServer({ upstreams, now, databaseUrl: server.databaseUrl });
    }
  };
  for (const one of steps) {
    await take(one);
    await observe();
  }
  if (model.isSuspended) await reactivate();
  await observe();
  const roles = (await rolesIn(server, key)).join(' ');
  must(roles === (model.isHeld ? 'editor viewer' : 'viewer'), `roles in Permit: ${roles}`);
}

test('after any history the roles in Permit match the model, and no call after an end is allowed', async () => {
  const histories = fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 10 }), follow);
  const { failed, counterexample, errorInstance } = await fc.check(histories, {
    numRuns: inject('all') ? 12 : 2,
    endOnFailure: true,
  });
  expect({ failed, counterexample, errorInstance }).toMatchObject({ failed: false });
}, 300_000);
