import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startPermitEmulator } from '@latchkey/directory-sync/testing';
import { openEmbeddedPostgres } from '@latchkey/embedded-postgres';
import { createPermitDirectory } from '@latchkey/permissions/permit';
import { policy } from '@latchkey/policy';
import { startServerProcess, type ServerProcess } from '@latchkey/server-process';
import { permitSdk } from '../src/testing/permit-sdk.ts';
import { endPostgres } from '../src/testing/postgres-restarts.ts';
import { countMissing, deliver, deliverEvent, query, signingKey } from '../src/testing/signed-load.ts';
import { startTestIssuer, testAudience } from '../src/testing/test-issuer.ts';
import { startBalancer } from './balancer.ts';
import { call, countStatuses, idIn, openLoad, p99, type Answer, type Called } from './load.ts';
import { listenThrough } from './listen-through.ts';

/**
 * `node bench/replicas.ts`: three servers behind a reverse proxy, under mixed load, each of them killed and started again in turn, and
 * PostgreSQL killed once; four minutes. Prints, and exits with 1 unless: callers got nothing but 200, 502 and 503; nothing that was acknowledged is
 * lost; each report, removal and grant has ended once; no replica admits a suspended person a second later; a person's
 * changes are counted together.
 */
const rates = { read: 10, delivery: 5, create: 0.5, grant: 0.5 };
const roundFor = 15_000;
const downFor = 4_000;
const askers = 60;
/** Of one person in a minute, the default, and as many as fit into a request. */
const limit = { changes: 600, batch: 50 };

await using stack = new AsyncDisposableStack();
const dataDir = await mkdtemp(join(tmpdir(), 'latchkey-replicas-'));
stack.defer(() => rm(dataDir, { recursive: true, force: true }));
const postgres = await openEmbeddedPostgres({ dataDir, log: { info() {}, warn() {} } });
stack.defer(() => postgres.stop());
const { connection, emulator } = stack.use(await startPermitEmulator(policy));
const issuer = await startTestIssuer();
stack.defer(() => issuer.close());
const environment = {
  LOGTO_ENDPOINT: issuer.issuer.replace(/\/oidc$/, ''),
  LOGTO_APP_ID: 'spa',
  LOGTO_API_RESOURCE: testAudience,
  LOGTO_WEBHOOK_SIGNING_KEYS: signingKey,
  PERMIT_API_URL: connection.apiUrl,
  PERMIT_PDP_URL: emulator.pdpUrl,
  PERMIT_API_KEY: connection.apiKey,
  DATABASE_URL: postgres.url,
  TRUST_PROXY: '1',
};
const replicas: ServerProcess[] = [];
for (let index = 0; index < 3; index++) replicas.push(await startServerProcess(environment)); // oxlint-disable-line no-await-in-loop -- in this order
stack.defer(async () => void (await Promise.all(replicas.map((replica) => replica.stop()))));
const balancer = await startBalancer(replicas.map(({ url }) => url));
stack.defer(() => balancer.close());

const directory = createPermitDirectory(connection);
/** Somebody with a role, whom the servers meet by a token. */
async function newcomer(key: string, role: 'viewer' | 'editor' | 'admin'): Promise<string> {
  await directory.provisionUser({ key }, { role, tenant: 'default' });
  return issuer.sign({ sub: key });
}
const [admin, editor, ...asking] = await Promise.all([
  newcomer('admin', 'admin'),
  newcomer('editor', 'editor'),
  ...Array.from({ length: askers }, (_, index) => newcomer(`asker${index}`, 'viewer')),
]);

const answers: Answer[] = [];
/** How often each code was the reason of a 503. */
const outages = new Map<string, number>();
async function ask(path: string, token: string, body?: object): Promise<Called> {
  const at = performance.now();
  const answer = await call(balancer.url, path, { token, body }).catch(() => ({ status: 0, text: '' }));
  answers.push({ at, took: performance.now() - at, status: answer.status });
  const code = answer.status === 503 ? /"latchkey":\{"code":"([A-Z_]+)"/.exec(answer.text)?.[1] : undefined;
  if (code !== undefined) outages.set(code, (outages.get(code) ?? 0) + 1);
  return answer;
}
const readPath = `reports.list?input=${encodeURIComponent('{}')}`;
const first = await call(balancer.url, readPath, { token: editor });
if (first.status !== 200) throw new Error(first.text);

/** What was acknowledged: deliveries, reports, those of them that were deleted, approved requests. */
const acknowledged = {
  deliveries: new Array<string>(),
  reports: new Array<string>(),
  removals: new Array<string>(),
  approvals: new Array<string>(),
};
const load = openLoad();
load.add(rates.read, async () => void (await ask(readPath, editor)));
load.add(rates.delivery, async () => {
  const nonce = crypto.randomUUID();
  if (await deliver(balancer.url, nonce)) acknowledged.deliveries.push(nonce);
});
load.add(rates.create, async (index) => {
  const made = await ask('reports.create', editor, { title: `Load ${index}`, kind: 'access-review' });
  if (made.status !== 200) return;
  const id = idIn(made);
  acknowledged.reports.push(id);
  if (index % 2 === 0 && (await ask('reports.remove', editor, { id })).status === 200)
    acknowledged.removals.push(id);
});
load.add(rates.grant, async (index) => {
  const token = asking[index];
  if (token === undefined) return;
  const target = { kind: 'role', role: 'editor' };
  const asked = await ask('requests.create', token, { target, reason: 'Load', duration: 60 });
  if (asked.status !== 200) return;
  const id = idIn(asked);
  if ((await ask('requests.approve', admin, { id })).status === 200) acknowledged.approvals.push(id);
});
const listener = listenThrough(balancer.url, 'requests.changes', admin);

/**
 * Suspends a person whom each of these replicas has met. Returns how long after the acknowledgement the last call began that was answered, in
 * milliseconds. Resolves when each replica has said that the account is suspended: until then a busy one may answer 503, which lets nobody in either.
 */
async function suspend(round: number, living: readonly ServerProcess[]): Promise<number> {
  const key = `suspended${String(round).padStart(3, '0')}`;
  const token = await newcomer(key, 'viewer');
  const admitted = [0];
  const until = async (url: string, status: number): Promise<void> => {
    /* oxlint-disable no-await-in-loop -- again and again */
    for (;;) {
      const at = performance.now();
      const answer = await call(url, 'session.me', { token }).catch(() => ({ status: 0 }));
      if (answer.status === 200) admitted.push(at);
      if (answer.status === status) return;
      await sleep(20);
    }
    /* oxlint-enable no-await-in-loop */
  };
  await Promise.all(living.map(({ url }) => until(url, 200)));
  const event = { event: 'User.SuspensionStatus.Updated', data: { id: key, isSuspended: true } };
  while (!(await deliverEvent(balancer.url, event))); // oxlint-disable-line no-await-in-loop -- as Logto repeats it
  const at = performance.now();
  await Promise.all(living.map(({ url }) => until(url, 401)));
  return Math.max(0, Math.round(Math.max(...admitted) - at));
}

/** How many changes a person without the right to them may try in a row, through the proxy: the answers are 403, then 429. */
async function useUp(round: number): Promise<{ readonly admitted: number; readonly unknown: number }> {
  const token = await newcomer(`eager${round}`, 'viewer');
  const paths = Array.from({ length: limit.batch }, () => 'collections.create').join(',');
  const statuses: number[] = [];
  while (!statuses.includes(429) && statuses.length < 40) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const { status } = await call(balancer.url, `${paths}?batch=1`, { token, body: {} });
    statuses.push(status);
  }
  const of = (wanted: number): number => statuses.filter((status) => status === wanted).length;
  return { admitted: of(403) * limit.batch, unknown: (statuses.length - of(403) - of(429)) * limit.batch };
}

await sleep(5_000);
const usual = p99(answers);
const rounds = [];
/* oxlint-disable no-await-in-loop -- one after the other */
for (const [round, killed] of [...replicas, undefined].entries()) {
  const began = performance.now();
  const living = replicas.filter((replica) => replica !== killed);
  let used;
  let admittedFor;
  if (killed === undefined) {
    await endPostgres(dataDir, 'SIGKILL');
    admittedFor = await suspend(round, living);
  } else {
    await killed.kill();
    [used, admittedFor] = await Promise.all([useUp(round), suspend(round, living), sleep(downFor)]);
    await killed.restart();
  }
  await sleep(Math.max(0, roundFor - (performance.now() - began)));
  const during = answers.filter(({ at }) => at >= began);
  const failed = during.filter(({ status }) => status !== 200).map(({ at }) => at);
  const failedFor = failed.length === 0 ? 0 : Math.round(Math.max(...failed) - Math.min(...failed));
  const what = killed === undefined ? 'PostgreSQL' : `replica ${round + 1}`;
  rounds.push({ killed: what, statuses: countStatuses(during), failedFor, admittedFor, ...used });
  console.log(rounds.at(-1));
}
await load.stop();
const silence = listener.longestSilence();
await listener.end();

/** Until the last report that was deleted is removed, and the last role has ended. */
const isOver = async (): Promise<boolean> => {
  const [left] = await query<{ left: number }>(
    postgres.url,
    `select (select count(*) from reports where deleted_at is not null)::int
      + (select count(*) from access_grants where status not in ('ended', 'failed'))::int as left`,
  );
  return left?.left === 0;
};
for (const end = performance.now() + 150_000; !(await isOver()) && performance.now() < end;)
  await sleep(1_000);
/* oxlint-enable no-await-in-loop */

const count = async (what: string, values: unknown[] = []): Promise<number> =>
  (await query<{ count: number }>(postgres.url, `select count(*)::int as count from ${what}`, values))[0]
    ?.count ?? 0;
const events = (action: string, by: string, once: readonly string[]): Promise<number> =>
  count(
    `(select ${by} from audit_events where action = $1 and ${by} = any($2) group by ${by} having count(*) = 1) as once`,
    [action, once],
  );
const { removals, approvals, deliveries } = acknowledged;
const kept = acknowledged.reports.filter((id) => !removals.includes(id));
const approved = await query<{ requester: string }>(
  postgres.url,
  `select requester from access_requests where status = 'approved'`,
);
const roles = await permitSdk(emulator).api.roleAssignments.list({ perPage: 100 });
const result = {
  usualP99: Math.round(usual),
  calls: answers.length,
  statuses: countStatuses(answers),
  outages: Object.fromEntries(outages),
  passedOn: balancer.passedOn(),
  opened: listener.opened(),
  silence: Math.round(silence),
  acknowledged: Object.fromEntries(Object.entries(acknowledged).map(([what, of]) => [what, of.length])),
};
const wrong = {
  answers: answers.filter(({ status }) => ![200, 502, 503].includes(status)).length,
  lostDeliveries: await countMissing(postgres.url, deliveries),
  lostReports: kept.length - (await count('reports where id = any($1)', [kept])),
  doubleReports: await count('(select title from reports group by title having count(*) > 1) as twice'),
  stillThere: await count('reports where id = any($1)', [removals]),
  removalsNotOnce: removals.length - (await events('report.purge', 'instance', removals)),
  rolesLeft: roles.filter(({ resource_instance: on }) => removals.some((id) => on === `reports:${id}`))
    .length,
  lostApprovals:
    approvals.length -
    (await count("access_requests where status = 'approved' and id = any($1)", [approvals])),
  grantsNotEnded: approved.length - (await count("access_grants where status = 'ended'")),
  endsNotOnce:
    approved.length -
    (await events(
      'grant.end',
      'subject',
      approved.map(({ requester }) => requester),
    )),
  grantedLeft: roles.filter(({ user, role }) => role === 'editor' && user.startsWith('asker')).length,
  lateAdmissions: rounds.filter(({ admittedFor }) => admittedFor > 1_000).length,
  overLimit: rounds.filter(
    ({ admitted = limit.changes, unknown = 0 }) =>
      admitted > limit.changes || admitted + unknown < limit.changes,
  ).length,
  deaf: silence > 15_000 ? 1 : 0,
};
console.log(result, wrong);
if (Object.values(wrong).some((amount) => amount !== 0)) process.exitCode = 1;
