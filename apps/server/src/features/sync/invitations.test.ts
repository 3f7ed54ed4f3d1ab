import { heldByPermit } from '@latchkey/directory-sync/testing';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { directoryDeps, startTestLogto } from '../../testing/test-logto.ts';
import { permitSdk } from '../../testing/permit-sdk.ts';
import { startTestServer } from '../../testing/test-server.ts';
import { untilIdle } from '../../testing/wait-for.ts';

const logto = await startTestLogto();
const server = await startTestServer({ logto: logto.management });
await logto.hookTo(server.url);
const sdk = permitSdk(server.permit);
await sdk.api.users.create({ key: 'operator', role_assignments: [{ role: 'admin', tenant: 'default' }] });

const answer = (invitation: string, answered: object) =>
  logto.manage('PUT', `/organization-invitations/${invitation}/status`, answered);

async function invite(invitee: string, organizationId: string): Promise<string> {
  const invitation = await logto.manage('POST', '/organization-invitations', {
    invitee,
    organizationId,
    organizationRoleIds: ['admin', 'guest'],
    expiresAt: Date.now() + 3_600_000,
  });
  return z.object({ id: z.string() }).parse(invitation).id;
}

async function rolesOf(user: string): Promise<readonly string[] | undefined> {
  await logto.emulator.settled();
  await untilIdle(server.db);
  return (await heldByPermit(directoryDeps(server, logto))).users.get(user)?.roles;
}

async function drift(): Promise<unknown> {
  const { sync } = await server.asNewcomer('operator');
  await sync.reconcile.mutate({ dryRun: true });
  await untilIdle(server.db);
  return (await sync.drift.query())?.report?.changes;
}

const whole = (organization: string): string[] =>
  ['viewer@default', `viewer@${organization}`, `admin@${organization}`].toSorted();

test('an invited user gets the roles of the invitation when they accept, and none before', async () => {
  const organization = await logto.newOrganization('Acme');
  const invitation = await invite('ann@example.test', organization);
  const ann = await logto.newUser({ primaryEmail: 'ann@example.test' });
  expect(await rolesOf(ann)).toEqual(['viewer@default']);
  expect(await drift()).toEqual({});
  await answer(invitation, { status: 'Accepted', acceptedUserId: ann });
  expect(await rolesOf(ann)).toEqual(whole(organization));
  expect(await drift()).toEqual({});
});

test('a member who accepts an invitation also gets its roles, although the event names no user', async () => {
  const organization = await logto.newOrganization('Gamma');
  const cy = await logto.newUser({ primaryEmail: 'cy@example.test' });
  const invitation = await invite('cy@example.test', organization);
  await logto.manage('POST', `/organizations/${organization}/users`, { userIds: [cy] });
  expect(await rolesOf(cy)).toEqual(['viewer@default', `viewer@${organization}`].toSorted());
  await answer(invitation, { status: 'Accepted', acceptedUserId: cy });
  expect(await rolesOf(cy)).toEqual(whole(organization));
});

test('a sweep finds an acceptance without a delivery', async () => {
  const organization = await logto.newOrganization('Delta');
  const dee = await logto.newUser({ primaryEmail: 'dee@example.test' });
  const invitation = await invite('dee@example.test', organization);
  expect(await rolesOf(dee)).toEqual(['viewer@default']);
  logto.emulator.addWebhookFault({ kind: 'drop', count: 1 });
  await answer(invitation, { status: 'Accepted', acceptedUserId: dee });
  expect(await rolesOf(dee)).toEqual(['viewer@default']);
  await (await server.asNewcomer('operator')).sync.reconcile.mutate({});
  expect(await rolesOf(dee)).toEqual(whole(organization));
});
