import { assertGated, gatesOf } from '@latchkey/permissions/trpc';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from './testing/test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

test('every procedure names its permission, except the few that every signed-in person may call', async () => {
  expect(await gatesOf(server.router)).toEqual({
    'members.list': 'members:view',
    'members.counts': 'members:view',
    'members.get': 'members:view',
    'members.preview': 'members:assign',
    'members.assign': 'members:assign',
    'members.unassign': 'members:assign',
    'members.changes': 'members:view',
    'reports.list': 'reports:view',
    'reports.get': 'reports:view',
    'reports.create': 'reports:create',
    'reports.publish': 'reports:publish',
    'reports.remove': 'reports:delete',
    'reports.access': 'reports:share',
    'reports.shareCandidates': 'reports:share',
    'reports.sharePreview': 'reports:share',
    'reports.share': 'reports:share',
    'reports.unshare': 'reports:share',
    'requests.preview': 'requests:create',
    'requests.create': 'requests:create',
    'requests.withdraw': 'requests:create',
    'requests.mine': 'requests:create',
    'requests.list': 'requests:view | requests:create',
    'requests.get': 'requests:decide | reports:share',
    'requests.approve': 'requests:decide | reports:share',
    'requests.refuse': 'requests:decide | reports:share',
    'requests.undo': 'requests:decide | reports:share',
    'requests.changes': 'requests:create',
    'invitations.options': 'members:invite',
    'invitations.list': 'members:invite',
    'invitations.create': 'members:invite',
    'invitations.resend': 'members:invite',
    'invitations.revoke': 'members:invite',
    'invitations.changes': 'members:invite',
    'setup.dismiss': 'sync:reconcile',
    'sync.status': 'sync:view',
    'sync.deliveries': 'sync:view',
    'sync.delivery': 'sync:view',
    'sync.deadLetters': 'sync:view',
    'sync.drift': 'sync:view',
    'sync.replay': 'sync:replay',
    'sync.pause': 'sync:reconcile',
    'sync.resume': 'sync:reconcile',
    'sync.reconcile': 'sync:reconcile',
    'sync.progress': 'sync:view',
    'person.access': 'members:view',
    'person.sessions': 'members:assign',
    'why.explain': 'members:view',
    'audit.list': 'audit:view',
    'audit.histogram': 'audit:view',
    'audit.get': 'audit:view',
    'audit.report': 'sync:reconcile',
    'audit.changes': 'audit:view',
  });
  await assertGated(server.router, [
    'session.me',
    'session.access',
    'session.changes',
    'session.gates',
    'session.gateTable',
    'why.mine',
    // For people who are no members yet.
    'invitations.received',
    'invitations.accept',
    'setup.status',
  ]);
});
