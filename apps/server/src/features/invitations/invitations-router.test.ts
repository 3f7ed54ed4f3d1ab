import { beforeEach, expect, test } from 'vitest';
import { listen } from '../../testing/listen.ts';
import { pagesOf } from '../../testing/pages.ts';
import { permitSdk } from '../../testing/permit-sdk.ts';
import { startTestLogto } from '../../testing/test-logto.ts';
import { startTestServer } from '../../testing/test-server.ts';
import { codeOf, refusal } from '../../testing/call-procedure.ts';
import { z } from 'zod';
import { and, eq } from 'drizzle-orm';
import { auditBegun, auditEvents } from '../audit/tables.ts';
import { attemptLimits } from './attempt-budget.ts';
import { invitationAttempts } from './tables.ts';
import { waitFor } from '../../testing/wait-for.ts';

const lines: string[] = [];
// Logto has no webhook in these tests, because accepting an invitation must not depend on deliveries.
const logto = await startTestLogto();
const server = await startTestServer({
  logto: logto.management,
  consoleUrl: 'https://console.example',
  onLog: (line) => void lines.push(line),
});
const [acme, globex] = [await logto.newOrganization('Acme'), await logto.newOrganization('Globex')];
beforeEach(async () => {
  logto.emulator.clearFaults();
  await server.db.delete(invitationAttempts);
});

let people = 0;
const newEmail = (name: string): string => `${name}.${++people}@example.test`;

/** Creates a Logto user who administers the organization, and returns their id. */
async function newAdmin(organization: string): Promise<string> {
  const id = await logto.newUser({ name: 'Ada Admin', primaryEmail: newEmail('ada') });
  await logto.join(organization, id, 'admin');
  return id;
}

async function asAdmin(organization = acme) {
  const admin = await newAdmin(organization);
  return (await server.asNewcomer(admin, organization)).invitations;
}

async function inviteOne(email: string, more: { roleId?: string; days?: number } = {}): Promise<string> {
  const [one] = await (await asAdmin()).create.mutate({ emails: [email], ...more });
  if (one?.outcome !== 'invited') throw new TypeError(`${email} is not invited: ${one?.code}`);
  return one.invitation.id;
}

const Messages = z.array(z.object({ recipient: z.string(), content: z.string() }));
const mailTo = async (email: string): Promise<string[]> => {
  const response = await fetch(`${logto.emulator.url}/_emulator/messages`);
  const messages = Messages.parse(await response.json());
  return messages.filter(({ recipient }) => recipient === email).map(({ content }) => content);
};

/** Adds an email connector to Logto. Returns a function that removes it. */
async function addConnector(): Promise<() => Promise<unknown>> {
  const added = await logto.manage('POST', '/connectors', {
    connectorId: 'simple-mail-transfer-protocol',
    config: {},
  });
  const { id } = z.object({ id: z.string() }).parse(added);
  return () => logto.manage('DELETE', `/connectors/${id}`);
}

const refused = (hasEmail: boolean) => ({
  status: 403,
  code: 'INVITATION_FOR_ANOTHER',
  requestId: 'string',
  details: { invitee: 'o•••@e•••.test', hasEmail },
});

const closed = (status: string) => ({ status: 409, code: 'INVITATION_CLOSED', details: { status } });

test('an invited user gets an email, accepts, and is immediately a member with the role, without a webhook', async () => {
  const removeConnector = await addConnector();
  const admin = await asAdmin();
  const email = newEmail('ivy');
  const [outcome] = await admin.create.mutate({ emails: [` ${email.toUpperCase()} `], roleId: 'admin' });
  expect(outcome).toMatchObject({
    email,
    outcome: 'invited',
    mail: 'sent',
    invitation: {
      invitee: email,
      status: 'pending',
      roles: [{ name: 'admin', role: 'admin' }],
      invitedBy: { name: 'Ada Admin' },
    },
  });
  const [link = ''] = await mailTo(email);
  const [, id = ''] = /^https:\/\/console\.example\/invitations\/(\w+)\/accept$/.exec(link) ?? [];
  await removeConnector();

  const ivy = await logto.newUser({ name: 'Ivy', primaryEmail: email });
  const outside = await server.asNewcomer(ivy);
  expect(await outside.invitations.received.query({ id })).toMatchObject({
    status: 'pending',
    organization: { id: acme, name: 'Acme' },
    roles: [{ role: 'admin' }],
    memberRole: 'viewer',
    invitedBy: 'Ada Admin',
  });
  expect(await outside.invitations.accept.mutate({ id })).toEqual({
    organization: { id: acme },
    isKnown: true,
  });
  const inside = await server.asNewcomer(ivy, acme);
  expect((await inside.session.me.query()).roles).toEqual(['viewer', 'admin']);
  expect((await admin.list.query({})).items[0]).toMatchObject({
    id,
    status: 'accepted',
    acceptedBy: { key: ivy, name: 'Ivy' },
    link: null,
  });
});

test('without an email connector in Logto, reports this, and the invitation has a link to copy', async () => {
  const admin = await asAdmin();
  expect(await admin.options.query()).toMatchObject({ availability: 'ready', canSendMail: false });
  const [unsent] = await admin.create.mutate({ emails: [newEmail('joe')] });
  expect(unsent).toMatchObject({ outcome: 'invited', mail: 'no-connector' });
  const { id = '', link = '' } = (unsent?.outcome === 'invited' && unsent.invitation) || {};
  expect(link).toBe(`https://console.example/invitations/${id}/accept`);

  const removeConnector = await addConnector();
  expect(await admin.options.query()).toMatchObject({ canSendMail: true });
  logto.emulator.addFault({ method: 'POST', path: '/api/organization-invitations/*', status: 500 });
  expect(await admin.create.mutate({ emails: [newEmail('joe')] })).toMatchObject([
    { outcome: 'invited', mail: 'failed' },
  ]);
  logto.emulator.clearFaults();
  expect(await admin.resend.mutate({ id })).toEqual({ mail: 'sent' });
  await removeConnector();
  await server.db.delete(invitationAttempts);
  expect(await admin.resend.mutate({ id })).toEqual({ mail: 'no-connector' });
  await server.audit.flush();
  const resent = await server.db
    .select({ outcome: auditEvents.outcome, reason: auditEvents.reason, resource: auditEvents.resource })
    .from(auditEvents)
    .where(and(eq(auditEvents.action, 'invitation.resend'), eq(auditEvents.instance, id)))
    .orderBy(auditEvents.at);
  expect(resent).toEqual([
    { outcome: 'done', reason: null, resource: 'invitations' },
    { outcome: 'failed', reason: 'no-connector', resource: 'invitations' },
  ]);
});

test('each address has its own outcome', async () => {
  const admin = await asAdmin();
  const [pending, fresh, member] = [newEmail('pia'), newEmail('fay'), newEmail('mel')];
  await admin.create.mutate({ emails: [pending] });
  const mel = await logto.newUser({ primaryEmail: member });
  await logto.join(acme, mel);
  const emails = [pending, 'nobody', fresh, 'nul\0@example.test', ` ${fresh}`, member];
  const outcomes = await admin.create.mutate({ emails });
  expect(outcomes.map((one) => (one.outcome === 'refused' ? one.code : one.outcome))).toEqual([
    'ALREADY_INVITED',
    'EMAIL_MALFORMED',
    'invited',
    'EMAIL_MALFORMED',
    'EMAIL_REPEATED',
    'ALREADY_MEMBER',
  ]);
});

test('addresses are case-insensitive', async () => {
  const email = newEmail('cap');
  const id = await inviteOne(email);
  const [name, host] = email.split('@');
  const cap = await logto.newUser({ primaryEmail: `${name?.toUpperCase()}@${host}` });
  const { invitations } = await server.asNewcomer(cap);
  expect(await invitations.received.query({ id })).toMatchObject({ status: 'pending' });
});

test('another user with the link learns nothing and changes nothing', async () => {
  const email = newEmail('owner');
  const id = await inviteOne(email);
  const stranger = await server.asNewcomer(await logto.newUser({ primaryEmail: newEmail('eve') }));
  const nameless = await server.asNewcomer(await logto.newUser());
  expect(await refusal(stranger.invitations.received.query({ id }))).toEqual(refused(true));
  expect(await refusal(stranger.invitations.accept.mutate({ id }))).toEqual(refused(true));
  expect(await refusal(nameless.invitations.accept.mutate({ id }))).toEqual(refused(false));
  await (await asAdmin()).revoke.mutate({ id });
  expect(await refusal(stranger.invitations.accept.mutate({ id }))).toEqual(refused(true));
  expect(await codeOf(stranger.invitations.received.query({ id: 'unknown' }))).toBe('INVITATION_NOT_FOUND');
});

test('revoked and expired invitations cannot be accepted, and the error says why', async () => {
  const [revoked, expired] = [newEmail('rex'), newEmail('exa')];
  const ids = [await inviteOne(revoked), await inviteOne(expired, { days: 1 })] as const;
  const admin = await asAdmin();
  const [rex, exa] = await Promise.all(
    [revoked, expired].map(async (primaryEmail) => server.asNewcomer(await logto.newUser({ primaryEmail }))),
  );
  await admin.revoke.mutate({ id: ids[0] });
  expect(await rex?.invitations.received.query({ id: ids[0] })).toMatchObject({ status: 'revoked' });
  expect(await refusal(Promise.resolve(rex?.invitations.accept.mutate({ id: ids[0] })))).toMatchObject(
    closed('revoked'),
  );
  expect(await refusal(admin.revoke.mutate({ id: ids[0] }))).toMatchObject(closed('revoked'));
  expect(await refusal(admin.resend.mutate({ id: ids[0] }))).toMatchObject(closed('revoked'));

  logto.emulator.setClock(25 * 3_600_000);
  expect(await exa?.invitations.received.query({ id: ids[1] })).toMatchObject({ status: 'expired' });
  expect(await refusal(Promise.resolve(exa?.invitations.accept.mutate({ id: ids[1] })))).toMatchObject(
    closed('expired'),
  );
  logto.emulator.setClock(0);
});

test('accepting repeatedly or concurrently is idempotent', async () => {
  const email = newEmail('dee');
  const id = await inviteOne(email);
  const dee = await server.asNewcomer(await logto.newUser({ primaryEmail: email }));
  const accept = () => dee.invitations.accept.mutate({ id });
  const joined = { organization: { id: acme }, isKnown: true };
  expect(await Promise.all([accept(), accept()])).toEqual([joined, joined]);
  expect(await accept()).toEqual(joined);
});

test('accepting again completes an acceptance that Logto made while Latchkey failed', async () => {
  const email = newEmail('ray');
  const id = await inviteOne(email);
  const ray = await logto.newUser({ primaryEmail: email });
  const client = await server.asNewcomer(ray);
  await logto.manage('PUT', `/organization-invitations/${id}/status`, {
    status: 'Accepted',
    acceptedUserId: ray,
  });
  expect(await client.invitations.accept.mutate({ id })).toEqual({
    organization: { id: acme },
    isKnown: true,
  });
});

test('an invitation that the former owner of an address accepted is closed for the next owner', async () => {
  const email = newEmail('hal');
  const id = await inviteOne(email);
  const former = await logto.newUser({ primaryEmail: email });
  await (await server.asNewcomer(former)).invitations.accept.mutate({ id });
  await logto.manage('PATCH', `/users/${former}`, { primaryEmail: newEmail('hal') });
  const next = await server.asNewcomer(await logto.newUser({ primaryEmail: email }));
  expect(await refusal(next.invitations.accept.mutate({ id }))).toMatchObject(closed('accepted'));
});

test('without an organization or the Management API, reports what is missing', async () => {
  const { invitations } = (await server.join({ role: 'admin' })).client;
  expect(await invitations.options.query()).toEqual({ availability: 'no-organization' });
  expect(await codeOf(invitations.list.query({}))).toBe('ORGANIZATION_REQUIRED');
  await using payloads = await startTestServer();
  const without = (await payloads.join({ role: 'admin' })).client.invitations;
  expect(await without.options.query()).toEqual({ availability: 'not-configured' });
  const notConfigured = { status: 400, code: 'INVITATIONS_NOT_CONFIGURED' };
  expect(await refusal(without.received.query({ id: 'x' }))).toMatchObject(notConfigured);
  expect(await refusal(without.accept.mutate({ id: 'x' }))).toMatchObject(notConfigured);
});

test('a user who can invite but not assign roles can invite members only', async () => {
  const sdk = permitSdk(server.permit);
  await asAdmin();
  await sdk.api.roles.create({ key: 'inviter', name: 'Inviter', permissions: ['members:invite'] });
  const inviter = await logto.newUser();
  await logto.join(acme, inviter);
  const client = await server.asNewcomer(inviter, acme);
  await client.session.me.query();
  await sdk.api.users.assignRole({ user: inviter, role: 'inviter', tenant: acme });
  await waitFor(async () => {
    expect(await client.invitations.options.query()).toMatchObject({ roles: [] });
  });
  const emails = [newEmail('max')];
  expect(await refusal(client.invitations.create.mutate({ emails, roleId: 'admin' }))).toMatchObject({
    status: 403,
    code: 'FORBIDDEN',
    denied: { permission: 'members:assign' },
  });
  expect(await client.invitations.create.mutate({ emails })).toMatchObject([{ outcome: 'invited' }]);
});

test('limits an organization to a hundred invitations an hour, even concurrently, and each to once a minute', async () => {
  const admin = await asAdmin();
  const id = await inviteOne(newEmail('lin'));
  expect(await admin.resend.mutate({ id })).toEqual({ mail: 'no-connector' });
  expect(await codeOf(admin.resend.mutate({ id }))).toBe('INVITATION_LIMIT');
  const used = attemptLimits.perHour - 5;
  await server.db
    .insert(invitationAttempts)
    .values(Array.from({ length: used - 2 }, () => ({ tenant: acme, attemptedAt: new Date() })));
  const batch = () => admin.create.mutate({ emails: [1, 2, 3].map(() => newEmail('bulk')) });
  const outcomes = (await Promise.all([batch(), batch(), batch()])).flat();
  expect(outcomes.filter(({ outcome }) => outcome === 'invited')).toHaveLength(5);
  expect(outcomes.filter((one) => one.outcome === 'refused' && one.code === 'INVITATION_LIMIT')).toHaveLength(
    4,
  );
});

test('one organization does not use up the limit of another', async () => {
  const there = await asAdmin(globex);
  const [earlier] = await there.create.mutate({ emails: [newEmail('gil')] });
  await server.db.delete(invitationAttempts);
  await server.db
    .insert(invitationAttempts)
    .values(
      Array.from({ length: attemptLimits.perHour }, () => ({ tenant: globex, attemptedAt: new Date() })),
    );
  const id = await inviteOne(newEmail('gus'));
  expect(await (await asAdmin()).resend.mutate({ id })).toEqual({ mail: 'no-connector' });
  expect(await there.create.mutate({ emails: [newEmail('gus')] })).toMatchObject([
    { outcome: 'refused', code: 'INVITATION_LIMIT' },
  ]);
  const ref = { id: (earlier?.outcome === 'invited' && earlier.invitation.id) || '' };
  expect(await codeOf(there.resend.mutate(ref))).toBe('INVITATION_LIMIT');
});

test('a role that Logto does not have is invalid input, and no address is invited', async () => {
  const admin = await asAdmin(await logto.newOrganization('Roles'));
  expect(await codeOf(admin.create.mutate({ emails: [newEmail('rob')], roleId: 'no-role' }))).toBe(
    'INPUT_INVALID',
  );
  expect(await admin.list.query({})).toMatchObject({ items: [] });
});

test('an outage of Logto is not a refusal', async () => {
  const admin = await asAdmin();
  await admin.options.query();
  const id = await inviteOne(newEmail('zoe'));
  const unavailable = { status: 503, code: 'DIRECTORY_UNAVAILABLE' };
  logto.emulator.addFault({ path: '/api/organization-invitations*', status: 503 });
  logto.emulator.addFault({ path: '/api/organization-invitations/*', drop: true });
  expect(await refusal(admin.list.query({}))).toMatchObject(unavailable);
  expect(await refusal(admin.revoke.mutate({ id }))).toMatchObject(unavailable);
  expect(await refusal(admin.received.query({ id }))).toMatchObject(unavailable);
  expect(await admin.create.mutate({ emails: [newEmail('zoe')] })).toMatchObject([
    { outcome: 'refused', code: 'DIRECTORY_UNAVAILABLE' },
  ]);
  await server.audit.flush();
  const failed = and(eq(auditEvents.action, 'invitation.create'), eq(auditEvents.outcome, 'failed'));
  expect(await server.db.select({ reason: auditEvents.reason }).from(auditEvents).where(failed)).toEqual([
    { reason: 'DIRECTORY_UNAVAILABLE' },
  ]);
});

test('notifies an open page of its own organization’s invitations only', async () => {
  const [here, there] = [await newAdmin(acme), await newAdmin(globex)];
  const ofAcme = await listen(server, 'invitations.changes', { subject: here, tenant: acme });
  const ofGlobex = await listen(server, 'invitations.changes', { subject: there, tenant: globex });
  for (let invited = 0; invited < 5; invited++) {
    const before = ofAcme.times();
    await inviteOne(newEmail('pia'));
    await waitFor(() => expect(ofAcme.times()).toBeGreaterThan(before));
  }
  // Not 0, because the administrator of Globex may be notified of their own new roles.
  expect(ofGlobex.times()).toBeLessThan(5);
  for (const { end } of [ofAcme, ofGlobex]) end();
});

test('the list has pages and counts', async () => {
  const admin = await asAdmin(await logto.newOrganization('Pages'));
  const emails = Array.from({ length: 5 }, () => newEmail('page'));
  await admin.create.mutate({ emails });
  const pages = await pagesOf(admin.list.query, { limit: 2 });
  for (const { counts } of pages) expect(counts).toEqual({ pending: 5, accepted: 0, expired: 0, revoked: 0 });
  const seen = pages.flatMap(({ items }) => items.map(({ invitee }) => invitee));
  expect(seen.toSorted()).toEqual(emails.toSorted());
  const all = await admin.list.query({ limit: 5 });
  expect(all).toMatchObject({ items: { length: 5 }, nextCursor: null });
  expect(all.items[0]).toMatchObject({ invitedBy: { name: 'Ada Admin' }, acceptedBy: null });
  expect((await admin.list.query({ status: 'revoked' })).items).toEqual([]);
});

// Runs after the tests above, so that it checks their logs too.
test('addresses are not logged', () => {
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.join('')).not.toContain('@example.test');
});

const begunInvitations = async (): Promise<unknown[]> => {
  const rows = await server.db.select().from(auditBegun);
  return rows.map(({ event }) => event).filter(({ action }) => action === 'invitation.create');
};

test('records an invitation before Logto creates it, in case the server is killed', async () => {
  const admin = await asAdmin();
  logto.emulator.addFault({
    method: 'POST',
    path: '/api/organization-invitations',
    delay: 600_000,
    count: 2,
  });
  const invited = admin.create.mutate({ emails: [newEmail('kim'), newEmail('kim')] });
  await waitFor(async () =>
    expect(await begunInvitations()).toEqual(
      Array.from({ length: 2 }, () =>
        expect.objectContaining({ outcome: 'failed', reason: 'INTERRUPTED', actorKind: 'person' }),
      ),
    ),
  );
  logto.emulator.clearFaults();
  expect((await invited).map(({ outcome }) => outcome)).toEqual(['invited', 'invited']);
  // The records of their beginning are gone once the completed invitations are recorded as events.
  await waitFor(async () => expect(await begunInvitations()).toEqual([]));
});
