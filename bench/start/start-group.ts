import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { z } from 'zod';
import { memoryOf } from '../../apps/server/bench/memory-of.ts';
import { openBenchDatabase } from '../../apps/server/bench/open-bench-database.ts';
import { startServerProcess } from '../../packages/server-process/src/index.ts';
import { root } from '../../scripts/start/settings.ts';
import { startPinned } from '../pinned-process.ts';
import type { Group, Sample, Variant } from '../variant.ts';

const builtServer = join(root, 'apps/server/dist/main.js');
const Ready = z.object({ ready: z.literal(true) });
const Sizes = z.array(z.object({ name: z.string(), size: z.number() }));

/** A process that listens: how long it took, and how to end it. */
interface Started {
  readonly pid: number;
  end(): Promise<unknown>;
}

async function startBare(): Promise<Started> {
  const server = startPinned('any', new URL('bare-server.ts', import.meta.url));
  await server.told(Ready);
  return {
    pid: server.pid,
    async end() {
      server[Symbol.dispose]();
    },
  };
}

const startTime = (start: () => Promise<Started>) => async (): Promise<Sample> => {
  const began = performance.now();
  const started = await start();
  const value = performance.now() - began;
  await started.end();
  return { value };
};

/** Two seconds after it listens, nobody having called. */
const idleMemory = (start: () => Promise<Started>) => async (): Promise<Sample> => {
  const started = await start();
  await sleep(2_000);
  const value = await memoryOf(started.pid, 'VmRSS');
  await started.end();
  return { value };
};

/** The same as the build checks: JavaScript until a page can be used, gzip. @throws without a build */
async function firstLoad(name: string): Promise<Sample> {
  const web = join(root, 'apps/web');
  const { stdout } = await promisify(execFile)(join(web, 'node_modules/.bin/size-limit'), ['--json'], {
    cwd: web,
  }).catch(() => {
    throw new Error(
      'there is no build of the web app, or its size is not as the build checks it: pnpm build',
    );
  });
  const found = Sizes.parse(JSON.parse(stdout)).find((size) => size.name === name);
  if (found === undefined) throw new Error(`apps/web/.size-limit.ts has no "${name}".`);
  return { value: found.size / 1_000 };
}

const variant = (
  of: Pick<Variant, 'id' | 'title' | 'unit' | 'relativeTo'> & { measure: () => Promise<Sample> },
): Variant => ({
  ...of,
  faster: 'lower',
  async open() {
    await of.measure();
    return { measure: of.measure };
  },
});

const load = (id: string, title: string, name: string): Variant =>
  variant({ id, title, unit: 'kB', relativeTo: id, measure: () => firstLoad(name) });

/** What it takes until the server is ready, what it holds while nobody calls, and what a browser loads first. */
export const startGroup: Group = {
  name: 'start',
  title: 'Start, memory and first load',
  async variants(stack) {
    const database = stack.use(await openBenchDatabase());
    const startServer = async (): Promise<Started> => {
      if (!existsSync(builtServer)) throw new Error('there is no build of the server: pnpm build');
      const server = await startServerProcess(
        {
          LOGTO_ENDPOINT: 'http://127.0.0.1:9',
          LOGTO_APP_ID: 'bench',
          LOGTO_API_RESOURCE: 'https://api.latchkey.example',
          LOGTO_WEBHOOK_SIGNING_KEYS: 'bench-signing-key-0000000000000000',
          PERMIT_API_URL: 'http://127.0.0.1:9',
          PERMIT_PDP_URL: 'http://127.0.0.1:9',
          PERMIT_API_KEY: 'permit_key_bench',
          DATABASE_URL: database.url,
          LOG_LEVEL: 'info',
        },
        builtServer,
      );
      return { pid: server.pid, end: () => server.stop() };
    };
    const [ms, mib] = ['ms', 'MiB'];
    return [
      variant({
        id: 'bare',
        title: 'bare node:http listens',
        unit: ms,
        relativeTo: 'bare',
        measure: startTime(startBare),
      }),
      variant({
        id: 'server',
        title: 'the server listens',
        unit: ms,
        relativeTo: 'bare',
        measure: startTime(startServer),
      }),
      variant({
        id: 'bare-memory',
        title: 'bare node:http, idle',
        unit: mib,
        relativeTo: 'bare-memory',
        measure: idleMemory(startBare),
      }),
      variant({
        id: 'memory',
        title: 'the server, idle',
        unit: mib,
        relativeTo: 'bare-memory',
        measure: idleMemory(startServer),
      }),
      load('landing', 'first load, signed out (gzip)', 'first load, signed out'),
      load('reports', 'first load, reports (gzip)', 'first load, reports'),
    ];
  },
};
