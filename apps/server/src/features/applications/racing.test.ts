import { expect, test } from 'vitest';
import { agentApp, callThrough, tokenThrough } from '../../testing/applications.ts';
import { permitSdk } from '../../testing/permit-sdk.ts';
import { startTestServer } from '../../testing/test-server.ts';

const first = await startTestServer();
const second = await startTestServer({ databaseUrl: first.databaseUrl, upstreams: first });
const replicas = [first, second];

interface Call {
  readonly startedAt: number;
  readonly answer: string;
}

/** Calls both replicas, twenty times at once, until `isDone`. */
function callUntil(token: string, isDone: (calls: readonly Call[]) => boolean) {
  const calls: Call[] = [];
  let started = 0;
  const callNext = async (): Promise<void> => {
    while (!isDone(calls)) {
      const replica = replicas[(started += 1) % replicas.length] ?? first;
      const startedAt = performance.now();
      const answer = await callThrough(replica, token); // oxlint-disable-line no-await-in-loop -- one after the other
      calls.push({ startedAt, answer });
    }
  };
  const ended = Promise.all(Array.from({ length: 20 }, callNext)).then(() => calls);
  return { calls, ended };
}

test.each(['disconnect', 'disconnectPerson', 'block'] as const)(
  'of 1,000 racing calls on two replicas, none that starts after the answer of %s succeeds',
  async (end) => {
    const tenant = `org-${crypto.randomUUID()}`;
    await permitSdk(first.permit).api.tenants.create({ key: tenant, name: 'Acme' });
    const ann = await first.join({ tenant, role: 'viewer' });
    const root = await first.join({ tenant, role: 'admin' });
    const token = await tokenThrough(first.issuer, ann.key, { organization: tenant });
    let endedAt = Number.POSITIVE_INFINITY;
    const isLater = ({ startedAt }: Call): boolean => startedAt > endedAt;
    const { calls, ended } = callUntil(
      token,
      (made) => made.length >= 1_000 && made.filter(isLater).length >= 300,
    );
    await expect.poll(() => calls.length, { interval: 2, timeout: 60_000 }).toBeGreaterThan(200);
    const about = { clientId: agentApp, subject: ann.key, reason: null };
    if (end === 'disconnect') await ann.client.applications.disconnect.mutate(about);
    else await root.client.applications[end].mutate(about);
    endedAt = performance.now();
    await ended;
    const refusal = end === 'block' ? 'APPLICATION_BLOCKED' : 'APPLICATION_DISCONNECTED';
    expect(new Set(calls.filter(isLater).map(({ answer }) => answer))).toEqual(new Set([refusal]));
    expect(new Set(calls.map(({ answer }) => answer))).toEqual(new Set(['ok', refusal]));
  },
);
