import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { deliver, sign } from '../../testing/deliver.ts';
import { startFaultProxy } from '../../testing/fault-proxy.ts';
import { freshDatabase } from '../../testing/fresh-database.ts';
import { startTestLogto } from '../../testing/test-logto.ts';
import { signingKey, startTestServer } from '../../testing/test-server.ts';
import { waitFor } from '../../testing/wait-for.ts';

const lines: string[] = [];
const logto = await startTestLogto();
const server = await startTestServer({ logto: logto.management, onLog: (line) => void lines.push(line) });
await logto.hookTo(server.url);

const person = {
  name: 'Nadia Nameless',
  primaryEmail: 'nadia@private.example',
  primaryPhone: '821012345678',
  customData: { clearance: 'cosmic', nickname: 'Nadja' },
};
const logged = (text: string): Promise<void> => waitFor(() => expect(lines.join('')).toContain(text));

test('neither secrets nor personal data are logged in any failure', async () => {
  const id = await logto.newUser(person);
  await waitFor(async () => {
    const members = await server.directory.listMembers('default');
    expect(members.map(({ key }) => key)).toContain(id);
  });

  // Personal data occurs in Permit's responses, in the values of failed queries, and in unsigned deliveries.
  const complaint = `${person.primaryEmail} (${person.name}) is no valid address`;
  server.permit.faults.add({ path: '/v2/facts/*', status: 422, body: { message: complaint } });
  await logto.manage('PATCH', `/users/${id}`, { name: `${person.name} II` });
  await logged('PERMIT_REFUSED');
  server.permit.faults.clear();
  server.permit.faults.add({ path: '/v2/*', status: 503 });
  await logto.manage('PATCH', `/users/${id}`, { name: `${person.name} III` });
  await logged('PERMIT_UNAVAILABLE');
  const token = await server.issuer.sign({ sub: 'unheard000001', email: person.primaryEmail });
  await fetch(`${server.url}/api/trpc/session.me`, { headers: { authorization: `Bearer ${token}` } });
  server.permit.faults.clear();
  const body = JSON.stringify({ event: 'User.Created', createdAt: new Date(), data: { id, ...person } });
  const signature = sign(body, 'not the key');
  for (const sent of [body, body.slice(0, -9)]) {
    const headers = { 'logto-signature-sha-256': signature, cookie: 'session=cookie-of-a-user' };
    await fetch(`${server.url}/api/webhooks/logto?to=${person.primaryEmail}`, {
      method: 'POST',
      headers,
      body: sent,
    });
  }
  await logged('/api/webhooks/logto');

  const text = lines.join('');
  expect(text).toContain(id);
  const secrets = [signingKey, logto.management.appSecret, server.permit.keys.environment, token, signature];
  const personal = [person.name, person.primaryEmail, person.primaryPhone, 'cosmic', 'Nadja'];
  for (const hidden of [...secrets, ...personal, 'cookie-of-a-user']) expect(text).not.toContain(hidden);
});

test('no statement values are logged, however PostgreSQL fails', async () => {
  const lines: string[] = [];
  const url = await freshDatabase();
  const proxy = await startFaultProxy(url);
  const failing = await startTestServer({
    databaseUrl: proxy.through(url),
    logto: logto.management,
    onLog: (line) => void lines.push(line),
  });
  const canary = 'canary-7f3a';
  await failing.directory.provisionUser(
    { key: 'ed', firstName: canary },
    { role: 'editor', tenant: 'default' },
  );
  const client = await failing.as('ed');
  // A value that PostgreSQL refuses, in a report that contains the names of all users.
  await client.reports.create.mutate({ title: `${canary}\u0000`, kind: 'access-review' }).catch(() => {});
  for (const fault of ['refused', 'reset', 'half', 'garbage', 'hanging'] as const) {
    await proxy.set(fault);
    const data = { id: 'user00000001', name: canary, primaryEmail: `${canary}@private.example` };
    const body = JSON.stringify({ event: 'User.Created', createdAt: new Date(), data, fault });
    const sent = deliver(failing.url, body);
    const created = client.reports.create.mutate({ title: canary, kind: 'access-review' });
    await Promise.race([Promise.allSettled([sent, created]), sleep(1_500)]);
    await proxy.set('refused');
    await proxy.set('none');
    await Promise.allSettled([sent, created]);
  }
  await failing.close();
  await proxy.close();
  expect(lines.length).toBeGreaterThan(5);
  expect(lines.join('')).not.toContain(canary);
});
