import { fork } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startPermitEmulator } from '@latchkey/directory-sync/testing';
import { openEmbeddedPostgres } from '@latchkey/embedded-postgres';
import { createPermitDirectory } from '@latchkey/permissions/permit';
import { policy } from '@latchkey/policy';
import { startServerProcess, type ServerProcess } from '@latchkey/server-process';
import { pino } from 'pino';
import { openDatabase } from '../src/database/open-database.ts';
import { reports } from '../src/features/reports/tables.ts';
import { startTestIssuer, testAudience } from '../src/testing/test-issuer.ts';
import { Progress, Seen, type Order } from './hostile-clients.ts';
import { hostileKinds } from './hostile-kinds.ts';
import { memoryOf } from './memory-of.ts';

/**
 * `node bench/hostile-requests.ts [--kind regex] [--connections 1000] [--runs 3]`: for each kind of hostile client, starts a
 * new server, lets it do ordinary work and rest, and then opens so many hostile connections at once. Prints how much more
 * memory (RSS, the highest) it took than at rest, and how long an honest person waited meanwhile. Linux only.
 *
 * `cold` is what it had before any work, `idle` at rest after ordinary work; `above` is the highest above `idle`. `--cold`
 * leaves the ordinary work out.
 */
const { values: options } = parseArgs({
  options: {
    kind: { type: 'string', default: '' },
    connections: { type: 'string', default: '1000' },
    runs: { type: 'string', default: '3' },
    cold: { type: 'boolean', default: false },
  },
});
const [connections = 1_000, runs = 3] = [options.connections, options.runs].map(Number);

await using stack = new AsyncDisposableStack();
const folder = await mkdtemp(join(tmpdir(), 'latchkey-bench-'));
stack.defer(() => rm(folder, { recursive: true, force: true }));
const log = pino({ level: 'silent' });
const postgres = await openEmbeddedPostgres({ dataDir: join(folder, 'data'), log });
stack.defer(() => postgres.stop());
const { connection, emulator } = stack.use(await startPermitEmulator(policy));
const issuer = await startTestIssuer();
stack.defer(() => issuer.close());

const webDist = join(folder, 'web');
await mkdir(join(webDist, 'assets'), { recursive: true });
await writeFile(join(webDist, 'index.html'), `<!doctype html>${'x'.repeat(2_000)}`);
await writeFile(join(webDist, 'assets', 'large.js'), 'x'.repeat(1_000_000));

const environment = {
  LOGTO_ENDPOINT: issuer.issuer.replace(/\/oidc$/, ''),
  LOGTO_APP_ID: 'spa',
  LOGTO_API_RESOURCE: testAudience,
  LOGTO_WEBHOOK_SIGNING_KEYS: 'bench-signing-key-0000000000000000',
  PERMIT_API_URL: connection.apiUrl,
  PERMIT_PDP_URL: emulator.pdpUrl,
  PERMIT_API_KEY: connection.apiKey,
  DATABASE_URL: postgres.url,
  WEB_DIST: webDist,
  // What is measured here is the other bounds.
  RATE_LIMIT_STRANGERS: '0',
  RATE_LIMIT_CALLS: '0',
  RATE_LIMIT_CHANGES: '0',
  RATE_LIMIT_DELIVERIES: '0',
  LOG_LEVEL: 'info',
};
const directory = createPermitDirectory(connection);
for (const role of ['viewer', 'editor']) {
  await directory.provisionUser({ key: role }, { role, tenant: 'default' }); // oxlint-disable-line no-await-in-loop
}
await directory.provisionUser({ key: 'honest' }, { role: 'viewer', tenant: 'default' });
const viewer = await issuer.sign({ sub: 'viewer' });
const editor = await issuer.sign({ sub: 'editor' });
const honest = await issuer.sign({ sub: 'honest' });

/** A hundred reports about five thousand members each: as many as Logto names in one event. */
const report = await seedReports();
async function seedReports(): Promise<string> {
  const database = await openDatabase(postgres.url, () => {});
  const members = Array.from({ length: 5_000 }, (_, index) => ({
    key: `user${String(index).padStart(8, '0')}`,
    name: `Person ${index}`,
    email: `person-${index}@example.test`,
    roles: ['viewer'],
  }));
  const ids = Array.from({ length: 100 }, () => crypto.randomUUID());
  for (const id of ids) {
    // oxlint-disable-next-line no-await-in-loop
    await database.db.insert(reports).values({
      id,
      tenant: 'default',
      title: `Report ${id}`,
      kind: 'access-review',
      status: 'published',
      ownerKey: 'editor',
      content: { generatedAt: new Date().toISOString(), members },
    });
  }
  await database.close();
  return ids[0] ?? '';
}

/** Claims that would be acceptable, with a signature that nobody made. */
async function forgeTokens(): Promise<string[]> {
  return Promise.all(
    Array.from({ length: 200 }, async (_, index) => {
      const token = await issuer.sign(
        { sub: 'viewer', padding: 'x'.repeat(5_500), index },
        index % 2 === 0 ? {} : { header: { kid: `unknown-${index}` } },
      );
      return `${token.slice(0, -10)}AAAAAAAAAA`;
    }),
  );
}
const means = { viewer, editor, report, forgedTokens: await forgeTokens() };

/** The highest that it becomes: at least six seconds, and until for four neither it nor what the clients have done has grown. */
async function highestOf(pid: number, done: () => number): Promise<number> {
  let highest = 0;
  let doneBefore = 0;
  let since = performance.now();
  const began = since;
  while (performance.now() - began < 60_000) {
    await sleep(200);
    const now = await memoryOf(pid, 'VmHWM');
    if (now > highest + 1 || done() > doneBefore) since = performance.now();
    highest = Math.max(now, highest);
    doneBefore = done();
    if (performance.now() - began > 6_000 && performance.now() - since > 4_000) break;
  }
  return highest;
}

const callAs = async (url: string, token: string, path: string): Promise<number> => {
  const response = await fetch(`${url}/api/trpc/${path}`, {
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(30_000),
  });
  await response.text();
  return response.status;
};

async function useOrdinarily({ url }: ServerProcess): Promise<void> {
  const paths = [
    'session.me',
    `reports.list?input=${encodeURIComponent('{}')}`,
    `reports.get?input=${encodeURIComponent(JSON.stringify({ id: report }))}`,
  ];
  const work = async (): Promise<void> => {
    for (let index = 0; index < 150; index++) {
      const path = paths[index % 50 === 0 ? 2 : index % 10 === 0 ? 1 : 0] ?? '';
      const status = await callAs(url, honest, path); // oxlint-disable-line no-await-in-loop -- one after the other
      // Of large reports only so many are read at the same time.
      const isBusy = status === 503 && path.startsWith('reports.get');
      if (status !== 200 && !isBusy)
        throw new Error(`Ordinary work was refused: ${path} answered ${status}.`);
    }
  };
  await Promise.all(Array.from({ length: 10 }, work));
}

/** Calls every tenth of a second until it is told to stop. */
function askHonestly({
  url,
}: ServerProcess): () => Promise<{ calls: number; failed: number; median: number; slowest: number }> {
  const waits: number[] = [];
  let failed = 0;
  let isOver = false;
  const asking = (async () => {
    /* oxlint-disable no-await-in-loop -- one after the other */
    // oxlint-disable-next-line no-unmodified-loop-condition -- the function that ends it sets it
    while (!isOver) {
      const began = performance.now();
      const status = await callAs(url, honest, 'session.me').catch(() => 0);
      waits.push(performance.now() - began);
      if (status !== 200) failed += 1;
      await sleep(100);
    }
    /* oxlint-enable no-await-in-loop */
  })();
  return async () => {
    isOver = true;
    await asking;
    const sorted = waits.toSorted((a, b) => a - b).map(Math.round);
    return {
      calls: waits.length,
      failed,
      median: sorted[Math.floor(sorted.length / 2)] ?? 0,
      slowest: sorted.at(-1) ?? 0,
    };
  };
}

async function measure(kind: string) {
  const server = await startServerProcess(environment);
  await sleep(1_500);
  const cold = await memoryOf(server.pid, 'VmRSS');
  if (!options.cold) await useOrdinarily(server);
  await sleep(2_000);
  const idle = await memoryOf(server.pid, 'VmRSS');
  const stopAsking = askHonestly(server);
  const clients = fork(new URL('./hostile-clients.ts', import.meta.url));
  // Sets the high-water mark to what it is now.
  await writeFile(`/proc/${server.pid}/clear_refs`, '5');
  clients.send({ port: Number(new URL(server.url).port), connections, kind, means } satisfies Order);
  let done = 0;
  const seen = new Promise((resolve) => {
    clients.on('message', (message) => {
      const progress = Progress.safeParse(message).data;
      if (progress === undefined) resolve(message);
      else done = progress.done;
    });
  });
  const highest = await highestOf(server.pid, () => done);
  const held = await memoryOf(server.pid, 'VmRSS');
  clients.send('end');
  const clientsHaveSeen = Seen.parse(await seen);
  const honestly = await stopAsking();
  const { status: health } = await fetch(`${server.url}/healthz`);
  await server.stop();
  return {
    kind,
    cold: Math.round(cold),
    idle: Math.round(idle),
    above: Math.round(highest - idle),
    held: Math.round(held - idle),
    ...clientsHaveSeen,
    honest: honestly,
    health,
  };
}

for (const kind of Object.keys(hostileKinds({ ...means, forgedToken: () => '' })).filter((name) =>
  new RegExp(options.kind).test(name),
)) {
  for (let run = 0; run < runs; run++) console.log(JSON.stringify(await measure(kind))); // oxlint-disable-line no-await-in-loop
}
