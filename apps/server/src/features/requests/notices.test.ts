import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { accessRequests, requestNotices } from './tables.ts';

const secret = `whsec_${Buffer.from('a key of thirty-two bytes, exact').toString('base64')}`;

interface Call {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}
interface Mail {
  readonly to: readonly string[];
  readonly text: string;
}

const portOf = (address: string | AddressInfo | null): number =>
  typeof address === 'object' && address !== null ? address.port : 0;

let calls: Call[] = [];
let mails: Mail[] = [];
/** What the receivers answer next; the last answer stays. */
let statuses: number[] = [200];
let refusesMail = false;
let ahead = 0;
let lines: string[] = [];
let http: Server;
let smtp: SMTPServer;
let server: TestServer;
beforeAll(async () => {
  http = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      calls.push({ headers: request.headers, body });
      const status = (statuses.length > 1 ? statuses.shift() : statuses[0]) ?? 200;
      response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end('thanks');
    });
  }).listen(0, '127.0.0.1');
  smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, session, done) {
      let text = '';
      stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
      stream.on('end', () => {
        if (refusesMail) return done(Object.assign(new Error('full'), { responseCode: 452 }));
        mails.push({ to: session.envelope.rcptTo.map(({ address }) => address), text });
        done();
      });
    },
  });
  smtp.listen(0, '127.0.0.1');
  await Promise.all([once(http, 'listening'), once(smtp.server, 'listening')]);
  const [httpPort, smtpPort] = [portOf(http.address()), portOf(smtp.server.address())];
  server = await startTestServer({
    now: () => new Date(Date.now() + ahead),
    onLog: (line) => lines.push(line),
    notices: {
      webhook: { url: `http://127.0.0.1:${httpPort}/hook`, secret },
      email: { url: `smtp://127.0.0.1:${smtpPort}`, from: 'Latchkey <latchkey@example.com>' },
    },
    consoleUrl: 'https://console.example',
  });
  for (const [key, role] of [
    ['ann', 'viewer'],
    ['ada', 'admin'],
    ['alan', 'admin'],
  ] as const) {
    const user = { key, firstName: `Name of ${key}`, email: `${key}@example.com` };
    await server.directory.provisionUser(user, { role, tenant: 'default' }); // oxlint-disable-line no-await-in-loop
  }
});
afterAll(async () => {
  await server.close();
  http.close();
  smtp.close(() => {});
});
afterEach(async () => {
  await server.db.delete(requestNotices);
  await server.db.delete(accessRequests);
  [calls, mails, lines] = [[], [], []];
  statuses = [200];
  refusesMail = false;
});

const ask = async (reason = 'To write & publish <the> review'): Promise<string> => {
  const asked = await (
    await server.as('ann')
  ).requests.create.mutate({
    target: { kind: 'role', role: 'editor' },
    reason,
    duration: 86_400,
  });
  return asked.id;
};

test('deciders are told by a signed webhook that Slack shows, and by mail, each of them alone', async () => {
  const id = await ask();
  await vi.waitFor(() => expect([calls.length, mails.length]).toEqual([1, 1]), 10_000);
  const [call] = calls;
  const headers = Object.fromEntries(
    Object.entries(call?.headers ?? {}).map(([name, value]) => [name, String(value)]),
  );
  const message = new Webhook(secret).verify(call?.body ?? '', headers);
  expect(message).toMatchObject({
    text: 'Name of ann asks for the role editor for 1 day.',
    blocks: [
      {
        type: 'section',
        text: {
          type: 'mrkdwn',
          text: `Name of ann asks for the role editor for 1 day.\n>To write &amp; publish &lt;the&gt; review\n<https://console.example/requests/${id}|Decide>`,
        },
      },
    ],
  });
  expect(mails[0]?.to.toSorted()).toEqual(['ada@example.com', 'alan@example.com']);
  expect(mails[0]?.text).toContain('Subject: Name of ann asks for the role editor for 1 day.');
  expect(mails[0]?.text).toContain(`https://console.example/requests/${id}`);
  expect(mails[0]?.text).not.toContain('ada@example.com');
});

test('a receiver that fails gets the same message again until it accepts it; a redirect is a failure', async () => {
  statuses = [500, 302, 200];
  refusesMail = true;
  await ask();
  for (const times of [1, 2, 3]) {
    await vi.waitFor(() => expect(calls).toHaveLength(times), 10_000); // oxlint-disable-line no-await-in-loop -- one attempt after the other
    ahead += 60_000;
  }
  expect(new Set(calls.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  expect(mails).toEqual([]);
  refusesMail = false;
  await vi.waitFor(() => {
    ahead += 60_000;
    expect(mails).toHaveLength(1);
  }, 10_000);
  await vi.waitFor(async () => {
    const rows = await server.db.select().from(requestNotices);
    expect(rows.map(({ status }) => status)).toEqual(['done', 'done']);
  }, 5_000);
  expect(calls).toHaveLength(3);
});

test('a receiver that is dead holds up no request, and is given up after about a day', async () => {
  statuses = [503];
  await ask();
  await server.db.update(requestNotices).set({ attempts: 29, nextAttemptAt: new Date(0) });
  await vi.waitFor(async () => {
    const rows = await server.db.select().from(requestNotices);
    expect(rows.find(({ channel }) => channel === 'webhook')).toMatchObject({
      status: 'failed',
      attempts: 30,
    });
  }, 10_000);
  expect((await (await server.as('ada')).requests.list.query({ status: 'open' })).items).toHaveLength(1);
});

test('of a request that is decided meanwhile nobody is told any more', async () => {
  statuses = [503, 200];
  refusesMail = true;
  const id = await ask();
  await vi.waitFor(() => expect(calls).toHaveLength(1), 10_000);
  await (await server.as('ada')).requests.refuse.mutate({ id });
  await vi.waitFor(async () => {
    ahead += 60_000;
    const rows = await server.db.select().from(requestNotices);
    expect(rows.map(({ status }) => status)).toEqual(['done', 'done']);
  }, 10_000);
  expect(calls).toHaveLength(1);
});

test('the log names no person, no address and no reason', async () => {
  statuses = [500];
  refusesMail = true;
  await ask('a secret reason');
  await vi.waitFor(() => {
    ahead += 60_000;
    expect(lines.filter((line) => line.includes('not told')).length).toBeGreaterThan(1);
  }, 10_000);
  expect(lines.join('\n')).not.toMatch(/Name of|example\.com|secret reason/);
});
