import { strict as assert } from 'node:assert';
import { z } from 'zod';
import { benchReport, benchReports } from '../../apps/server/bench/http/bench-reports.ts';
import type { Setting } from '../../apps/server/bench/http/serve-variant.ts';
import { startPinned, type PinnedProcess } from '../pinned-process.ts';
import type { Opened, Variant } from '../variant.ts';
import { Load, type Order } from './load.ts';

export interface Means {
  readonly pdp: PinnedProcess;
  readonly load: PinnedProcess;
  readonly setting: Omit<Setting, 'adapter'>;
  /** The token of a user with all permissions. */
  readonly token: string;
  /** The token of a user without permissions. */
  readonly stranger: string;
}

export interface HttpVariant {
  readonly id: string;
  readonly title: string;
  /** The server module, which calls `serveVariant`. */
  readonly module: URL;
  /** The paths to request, in turn. */
  readonly paths: readonly string[];
  /** Whether the server refuses users without permissions. Default: false. */
  readonly isGated?: boolean | undefined;
  readonly cacheTtl?: number | undefined;
  /** The tRPC adapter for Express. Default: tRPC's own middleware. */
  readonly adapter?: 'lean' | undefined;
  /** The exact number of PDP calls that one request makes. Default: 0. */
  readonly pdpCalls?: number | undefined;
  /** The `id` of the baseline. Default: `ungated`. */
  readonly relativeTo?: string | undefined;
}

const connections = 50;
/** The warm-up ends at whichever limit is reached first. It lets V8 optimize the measured code. */
const warmUp = { requests: 3_000, milliseconds: 6_000 };
const roundLength = { milliseconds: 1_000 };

const Port = z.object({ port: z.number() });
const Cpu = z.object({ cpu: z.number() });
const Calls = z.object({ calls: z.number() });

/** Measures the requests per second of one server, in its own process on its own core. */
export function httpVariant(of: HttpVariant, { pdp, load, setting, token, stranger }: Means): Variant {
  const { id, title, module, paths, isGated = false, pdpCalls = 0 } = of;
  const { cacheTtl, adapter, relativeTo = 'ungated' } = of;
  return {
    id,
    title,
    unit: 'requests/s',
    faster: 'higher',
    relativeTo,
    async open(stack) {
      const server = stack.use(
        startPinned(0, module, { args: [JSON.stringify({ ...setting, cacheTtl, adapter })] }),
      );
      const { port } = await server.received(Port);
      const origin = `http://127.0.0.1:${port}`;
      const [path = '', next = path] = paths;
      await assertAnswer(`${origin}${path}`, token);
      if (isGated) await assertRefusals(`${origin}${path}`, { token, stranger });
      const calls = await callsDuring(pdp, () => assertAnswer(`${origin}${next}`, token));
      assert.equal(calls, pdpCalls, `A request costs ${calls} calls to the PDP.`);

      const sent = paths.map(
        (path) => `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${token}\r\n\r\n`,
      );
      return openLoad({ server, load, port, sent });
    },
  };
}

interface LoadOf extends Pick<Order, 'port' | 'sent'> {
  readonly server: PinnedProcess;
  readonly load: PinnedProcess;
}

/** Sends these requests to a server in turn, warms it up, and measures it. */
export async function openLoad({ server, load, port, sent }: LoadOf): Promise<Opened> {
  const run = async (length: Pick<Order, 'milliseconds' | 'requests'>): Promise<Load> => {
    const answered = await load.ask(Load, { port, connections, sent, ...length } satisfies Order);
    assert.deepEqual(Object.keys(answered.statuses), ['200'], 'Some answers were errors.');
    return answered;
  };
  await run(warmUp);
  return {
    async measure() {
      const before = await server.ask(Cpu, {});
      const { answered, seconds } = await run(roundLength);
      const { cpu } = await server.ask(Cpu, {});
      return { value: answered / seconds, cpu: (cpu - before.cpu) / answered };
    },
  };
}

export async function callsDuring(pdp: PinnedProcess, work: () => Promise<void>): Promise<number> {
  const before = await pdp.ask(Calls, {});
  await work();
  return (await pdp.ask(Calls, {})).calls - before.calls;
}

const unsigned = (token: string): string => token.slice(0, token.lastIndexOf('.'));

async function call(url: string, token: string): Promise<{ status: number; body: unknown }> {
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  return { status: response.status, body: await response.json() };
}

async function assertAnswer(url: string, token: string): Promise<void> {
  const { status, body } = await call(url, token);
  const isBatch = url.includes('batch=1');
  const input: unknown = JSON.parse(new URL(url).searchParams.get('input') ?? '{}');
  const ids = isBatch ? Object.values(z.record(z.string(), Id).parse(input)) : [Id.safeParse(input).data];
  const answers = ids.map((one) => ({
    result: { data: one === undefined ? benchReports : benchReport(one.id) },
  }));
  assert.equal(status, 200, `It answers ${status}.`);
  assert.deepEqual(body, isBatch ? answers : answers[0], 'It answers something else.');
}

const Id = z.object({ id: z.string() });

/** Asserts that the server responds with 403 to a user without permissions, and with 401 to a forged token. */
async function assertRefusals(
  url: string,
  { token, stranger }: Pick<Means, 'token' | 'stranger'>,
): Promise<void> {
  const denied = await call(url, stranger);
  assert.equal(denied.status, 403, `It answers ${denied.status} to a stranger.`);
  const forged = await call(url, `${unsigned(token)}.${stranger.split('.')[2]}`);
  assert.equal(forged.status, 401, `It answers ${forged.status} to a forged token.`);
}
