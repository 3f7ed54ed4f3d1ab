import { PermissionDeniedError } from '@latchkey/permissions';
import type { Invalidation } from '@latchkey/permissions/permit';
import { expect, test, vi } from 'vitest';
import { AppError } from '../platform/app-error.ts';
import { propagationDelay } from './fact-changes.ts';
import type { Identity, ViewAsTarget } from '../authentication/identity.ts';
import type { Subscriber } from '../platform/bus/topic.ts';
import { createSubscriptions } from './subscriptions.ts';
import type { SubscriptionRequest } from '../platform/trpc/watch.ts';

const identity = { subject: 'ann', tenant: 'acme', issuedAt: 0, expiresAt: Date.now() / 1_000 + 3_600 };

function server() {
  const facts = new Set<Subscriber<Invalidation>>();
  const watched: string[] = [];
  const reads: string[] = [];
  const onReads = new Set<() => void>();
  const admit = vi.fn<() => Promise<void>>(async () => {});
  const stopping = new AbortController();
  const subscriptions = createSubscriptions({
    admit,
    factChanges: {
      subscribe(subscriber) {
        facts.add(subscriber);
        return () => facts.delete(subscriber);
      },
    },
    watchFacts: ({ subject }, onRead = () => {}) => {
      watched.push(subject);
      onReads.add(onRead);
      return {
        read: () => reads.push(subject),
        stop() {
          watched.splice(watched.indexOf(subject), 1);
          onReads.delete(onRead);
        },
      };
    },
    stopping: stopping.signal,
  });
  return {
    admit,
    facts,
    watched,
    reads,
    stop: () => stopping.abort(),
    factsWereRead: () => onReads.forEach((onRead) => onRead()),
    change: (change: Invalidation | 'gap') =>
      facts.forEach(({ onMessage, onGap }) => (change === 'gap' ? onGap() : onMessage(change))),
    open: (more: Partial<SubscriptionRequest> = {}) =>
      subscriptions.open({ identity, signal: undefined, ...more }),
  };
}

function read(stream: AsyncGenerator<void>) {
  let received = 0;
  const end = (async () => {
    for await (const _ of stream) received++;
    return 'ended';
  })().catch((error: unknown) => [Object(error).code, Object(error).cause?.code]);
  return { received: () => received, end };
}
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

test.each<[Invalidation | 'gap', number]>([
  [{ subject: 'ann' }, 1],
  [{ subject: 'ann', tenant: 'beta' }, 1],
  [{ subject: 'bob' }, 0],
  [{ subject: 'bob', tenant: 'acme' }, 0],
  [{ tenant: 'acme' }, 1],
  [{ tenant: 'beta' }, 0],
  [{ instance: 'reports:1' }, 1],
  [{}, 1],
  ['gap', 1],
])('the change %j rechecks and notifies the subscriptions that it concerns', async (change, times) => {
  const one = server();
  const recheck = vi.fn<() => Promise<void>>(async () => {});
  const reading = read(one.open({ recheck }));
  await turn();
  expect(reading.received()).toBe(0);
  one.change(change);
  await turn();
  expect([one.admit.mock.calls.length, recheck.mock.calls.length, reading.received()]).toEqual([
    times,
    times,
    times,
  ]);
  one.stop();
  expect(await reading.end).toBe('ended');
  expect(one.facts.size).toBe(0);
});

test('a change of a current or prior actor rechecks the subscription', async () => {
  const one = server();
  const reading = read(one.open({ identity: { ...identity, actors: ['bob', 'cy'] } }));
  await turn();
  for (const subject of ['bob', 'cy', 'dora']) {
    one.change({ subject });
    await turn();
  }
  expect([one.admit.mock.calls.length, reading.received()]).toEqual([2, 2]);
  one.stop();
  await reading.end;
});

test('a subscription to another topic is notified of that, and rechecked when facts change', async () => {
  const one = server();
  let notify: (() => void) | undefined;
  const reading = read(
    one.open({
      startNow: true,
      subscribe(onChange) {
        notify = onChange;
        return () => void (notify = undefined);
      },
    }),
  );
  await turn();
  expect([reading.received(), one.admit.mock.calls.length]).toEqual([1, 0]);
  notify?.();
  await turn();
  expect([reading.received(), one.admit.mock.calls.length]).toEqual([2, 0]);
  one.change({ subject: 'ann' });
  await turn();
  expect([reading.received(), one.admit.mock.calls.length]).toEqual([2, 1]);
  notify?.();
  await turn();
  expect([reading.received(), one.admit.mock.calls.length]).toEqual([3, 1]);
  one.stop();
  await reading.end;
  expect(notify).toBeUndefined();
});

test('changes are rechecked when every PDP knows them, once for any number of changes', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const one = server();
  const reading = read(one.open());
  await turn();
  one.change({ subject: 'ann' });
  await turn();
  vi.advanceTimersByTime(propagationDelay - 1);
  one.change({ subject: 'ann' });
  await turn();
  vi.advanceTimersByTime(propagationDelay - 1);
  await turn();
  expect([one.admit.mock.calls.length, reading.received()]).toEqual([2, 2]);
  vi.advanceTimersByTime(1);
  await turn();
  expect([one.admit.mock.calls.length, reading.received()]).toEqual([3, 3]);
  // The facts to compare with later changes are also read again.
  expect(one.reads).toEqual(['ann', 'ann', 'ann']);
  one.change({ subject: 'ann' });
  one.stop();
  await reading.end;
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

const denied = new PermissionDeniedError({
  outcome: 'deny',
  permission: 'sync:view',
  grantedBy: [],
  grantedByInstanceRoles: [],
  reason: 'no_permission',
});

test('a subscription whose caller loses access gets the reason and ends', async () => {
  const one = server();
  one.admit.mockRejectedValueOnce(new AppError('SUBJECT_REVOKED', 'suspended'));
  const revoked = read(one.open());
  await turn();
  one.change({ subject: 'ann' });
  expect(await revoked.end).toEqual(['UNAUTHORIZED', 'SUBJECT_REVOKED']);
  expect(revoked.received()).toBe(0);

  const demoted = read(one.open({ recheck: () => Promise.reject(denied) }));
  await turn();
  one.change({ subject: 'ann' });
  expect(await demoted.end).toEqual(['FORBIDDEN', 'FORBIDDEN']);
  expect([demoted.received(), one.facts.size]).toEqual([0, 0]);
});

test("a subscription ends with its token, its client's connection, and the server", async () => {
  const one = server();
  const client = new AbortController();
  const expired = { ...identity, expiresAt: Date.now() / 1_000 - 1 };
  expect(await read(one.open({ identity: expired, startNow: true })).end).toBe('ended');
  // A token's times may have fractions (RFC 7519, section 2: NumericDate).
  const soon = { ...identity, expiresAt: Date.now() / 1_000 + 0.0505 };
  expect(await read(one.open({ identity: soon })).end).toBe('ended');
  const [left, stays] = [read(one.open({ signal: client.signal })), read(one.open())];
  await turn();
  client.abort();
  expect(await left.end).toBe('ended');
  expect(one.facts.size).toBe(1);
  one.stop();
  expect(await stays.end).toBe('ended');
});

test('a user can have twenty subscriptions, and each one that ends frees one slot', async () => {
  const one = server();
  const clients = Array.from({ length: 20 }, () => new AbortController());
  const streams = clients.map(({ signal }) => one.open({ signal }));
  const refused = (): unknown => {
    try {
      one.open();
      return undefined;
    } catch (error) {
      return Object(error).cause?.code;
    }
  };
  expect(refused()).toBe('SUBSCRIPTION_LIMIT');
  const other = { ...identity, subject: 'bob' };
  const [bobs] = [one.open({ identity: other })];
  clients[0]?.abort();
  const again = read(one.open());
  // This client disconnected before its stream was opened, for instance while the gate waited for the PDP.
  expect(refused()).toBe('SUBSCRIPTION_LIMIT');
  clients[2]?.abort();
  one.open({ signal: AbortSignal.abort() });
  streams[2] = one.open({ signal: clients[3]!.signal });
  expect(refused()).toBe('SUBSCRIPTION_LIMIT');
  const reading = read(streams[1]!);
  await turn();
  clients[1]?.abort();
  await reading.end;
  const last = read(one.open());
  expect(refused()).toBe('SUBSCRIPTION_LIMIT');
  await turn();
  one.stop();
  await Promise.all([again.end, last.end, read(bobs).end]);
  one.open();
  one.open();
  expect(refused()).toBe('SUBSCRIPTION_LIMIT');
});

const subscribe = () => () => {};
const viewOf = (target: ViewAsTarget, subject: string): Identity => ({
  ...identity,
  subject,
  viewAs: { id: 'view', actor: identity, target, endsAt: new Date() },
});

test('the facts of a user with an open stream are watched, in a view those of both users', async () => {
  const one = server();
  const leaving = new AbortController();
  const streams = [
    {},
    { subscribe },
    { identity: viewOf({ kind: 'person', subject: 'bob' }, 'bob'), subscribe },
    { identity: viewOf({ kind: 'role', role: 'editor' }, 'role:editor') },
  ].map((more) => read(one.open({ signal: leaving.signal, ...more })));
  await turn();
  expect(one.watched).toEqual(['ann', 'ann', 'ann', 'bob', 'ann']);
  leaving.abort();
  await Promise.all(streams.map(({ end }) => end));
  expect(one.watched).toEqual([]);
});

test('open subscriptions are rechecked after each read of the facts, without a notification when nothing changed', async () => {
  const one = server();
  const recheck = vi.fn<() => Promise<void>>(async () => {});
  const follower = read(one.open());
  const gated = read(one.open({ subscribe, recheck }));
  await turn();
  one.factsWereRead();
  await turn();
  expect([one.admit.mock.calls.length, recheck.mock.calls.length]).toEqual([2, 1]);
  recheck.mockRejectedValueOnce(denied);
  one.factsWereRead();
  expect(await gated.end).toEqual(['FORBIDDEN', 'FORBIDDEN']);
  expect([follower.received(), gated.received()]).toEqual([0, 0]);
  one.stop();
  await follower.end;
});

test('a subscription with a token that lives for months is open until the server stops', async () => {
  const one = server();
  const reading = read(one.open({ identity: { ...identity, expiresAt: Date.now() / 1_000 + 100 * 86_400 } }));
  await turn();
  expect(one.facts.size).toBe(1);
  one.stop();
  expect(await reading.end).toBe('ended');
});
