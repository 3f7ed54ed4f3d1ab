import { start as startLogto, type Emulator as Logto } from '@latchkey/logto-emulator';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import type { Management } from '../connect/management.ts';
import { startReceiver, type Receiver } from '../testing/receiver.ts';
import { runCli } from '../testing/run-cli.ts';
import { machine, managementOf, settingsFor } from '../testing/setup-logto.ts';

const signingKey = 'the-signing-key-of-the-hook';

let logto: Logto;
let management: Management;
let server: Receiver;
/** The users from the deliveries with a valid signature, in order. */
let received: string[];
/** The statuses of the server's next responses; when empty, it answers 200. */
let answers: number[];

const Delivered = z.object({ data: z.object({ id: z.string() }) });

beforeEach(async () => {
  received = [];
  answers = [];
  server = await startReceiver(({ body, isSignedBy }) => {
    const status = answers.shift() ?? 200;
    if (!isSignedBy(signingKey)) return 401;
    if (status === 200) received.push(Delivered.parse(JSON.parse(body)).data.id);
    return status;
  });
  logto = await startLogto({
    seed: {
      applications: [machine],
      // Nothing listens at this address, so each of Logto's own attempts fails.
      hooks: [
        { id: 'sync', name: 'Sync', events: ['User.Created'], url: 'http://127.0.0.1:1/hook', signingKey },
      ],
    },
  });
  management = managementOf(logto);
});
afterEach(async () => {
  await logto.close();
  await server.close();
});

async function signUp(count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const body = { username: `user${Math.random().toString(36).slice(2)}` };
    const { id } = await management.send(
      { method: 'POST', path: '/users', body },
      z.object({ id: z.string() }),
    ); // oxlint-disable-line no-await-in-loop -- in this order
    ids.push(id);
  }
  return ids;
}

function listen(interruption: AbortSignal, args: readonly string[] = []) {
  const env = { ...settingsFor(logto), LOGTO_WEBHOOK_SIGNING_KEYS: signingKey };
  const warned: string[] = [];
  const all = ['webhook', 'listen', '--to', `${server.url}/api/webhooks/logto`, ...args];
  return { warned, result: runCli(all, { env, interruption, warned }) };
}

test("Logto's failed deliveries arrive once, signed and complete, even after faults on both sides", async () => {
  const early = await signUp(3);
  const stop = new AbortController();
  answers = [503, 429];
  const { warned, result } = listen(stop.signal, ['--since', '60', '--json']);
  await vi.waitFor(() => expect(new Set(received)).toEqual(new Set(early)), 60_000);
  logto.addFault({ method: 'GET', path: '/api/hooks/sync/recent-logs', status: 500, count: 2 });
  // More deliveries than fit on a page of Logto's log.
  const late = await signUp(120);
  await vi.waitFor(() => expect(new Set(received)).toEqual(new Set([...early, ...late])), 60_000);
  expect(received).toHaveLength(123);
  stop.abort();
  const { code, printed } = await result;
  expect(code).toBe(0);
  expect(printed).toHaveLength(123);
  expect(JSON.parse(printed[0] ?? '')).toMatchObject({ event: 'User.Created', status: 200 });
  expect(warned.filter((line) => line.includes('sent again'))).toHaveLength(2);
  expect(warned.some((line) => line.includes("Logto's log cannot be read"))).toBe(true);
});

test('without --since it starts with new deliveries, and shows a refusal without retrying', async () => {
  const early = await signUp(1);
  const stop = new AbortController();
  const { warned, result } = listen(stop.signal);
  await vi.waitFor(() => expect(warned).toHaveLength(1), 60_000);
  answers = [400];
  await vi.waitFor(async () => {
    const [id = ''] = await signUp(1);
    await vi.waitFor(() => expect(received).toContain(id), 10_000);
  }, 120_000);
  stop.abort();
  const { printed } = await result;
  expect(received).not.toContain(early[0]);
  expect(printed.some((line) => line.includes('User.Created  400'))).toBe(true);
});

test('reports a missing webhook, and lists the existing ones', async () => {
  const { result } = listen(new AbortController().signal, ['--hook', 'gone']);
  await expect(result).rejects.toMatchObject({
    code: 'LOGTO_SETUP_CONFLICT',
    message: expect.stringContaining('Sync (sync)'),
  });
});
