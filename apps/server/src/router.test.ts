import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { assertGated, gatesOf } from '@latchkey/permissions/trpc';
import { expect, test } from 'vitest';
import { statusByCode } from './platform/app-error.ts';
import { procedureReference } from './testing/procedure-reference.ts';
import { startTestServer } from './testing/test-server.ts';

const server = await startTestServer();

test('every procedure has a permission, except the few for all signed-in users', async () => {
  expect(await gatesOf(server.router)).toEqual({
    'members.list': 'members:view',
    'members.counts': 'members:view',
    'members.get': 'members:view',
    'members.preview': 'members:assign',
    'members.assign': 'members:assign',
    'members.unassign': 'members:assign',
    'members.bulkPreview': 'members:assign',
    'members.bulkChange': 'members:assign',
    'members.bulkUndo': 'members:assign',
    'members.removePreview': 'members:remove',
    'members.remove': 'members:remove',
    'members.restore': 'members:assign',
    'members.reactivate': 'members:assign',
    'members.changes': 'members:view',
    'reports.list': 'reports:view',
    'reports.counts': 'reports:view',
    'reports.get': 'reports:view',
    'reports.compare': 'reports:view',
    'reports.deleted': 'reports:view',
    'reports.preview': 'reports:create',
    'reports.create': 'reports:create',
    'reports.rename': 'reports:edit',
    'reports.classify': 'reports:publish',
    'reports.classifyPreview': 'reports:publish',
    'reports.audience': 'reports:publish',
    'reports.publish': 'reports:publish',
    'reports.unpublish': 'reports:publish',
    'reports.remove': 'reports:delete',
    'reports.restore': 'reports:delete',
    'reports.access': 'reports:share',
    'reports.shareCandidates': 'reports:share',
    'reports.sharePreview': 'reports:share',
    'reports.share': 'reports:share',
    'reports.unshare': 'reports:share',
    'collections.list': 'reports:view | collections:view',
    'collections.get': 'collections:view',
    'collections.create': 'collections:create',
    'collections.rename': 'collections:edit',
    'collections.add': 'collections:edit',
    'collections.addable': 'collections:edit',
    'collections.take': 'collections:edit',
    'collections.remove': 'collections:delete',
    'collections.access': 'collections:share',
    'collections.shareCandidates': 'collections:share',
    'collections.sharePreview': 'collections:share',
    'collections.share': 'collections:share',
    'collections.unshare': 'collections:share',
    'policy.holders': 'policy:view',
    'policy.drift': 'sync:view',
    'policy.impact': 'members:view',
    'requests.preview': 'requests:create',
    'requests.create': 'requests:create',
    'requests.withdraw': 'requests:create',
    'reviews.list': 'reports:view | reviews:manage',
    'reviews.due': 'reports:view | reviews:manage',
    'reviews.get': 'reviews:decide',
    'reviews.rows': 'reviews:decide',
    'reviews.create': 'reviews:manage',
    'reviews.start': 'reviews:manage',
    'reviews.cancel': 'reviews:manage',
    'reviews.decide': 'reviews:decide',
    'reviews.removals': 'reviews:manage',
    'reviews.finish': 'reviews:manage',
    'reviews.retry': 'reviews:manage',
    'reviews.close': 'reviews:manage',
    'reviews.addNote': 'reviews:manage',
    'reviews.unused': 'reviews:manage',
    'reviews.roleUse': 'reviews:manage',
    'reviews.changes': 'reports:view | reviews:manage',
    'requests.mine': 'requests:create',
    'requests.list': 'requests:view | requests:create',
    'requests.get': 'requests:decide | reports:share | collections:share',
    'requests.approve': 'requests:decide | reports:share | collections:share',
    'requests.refuse': 'requests:decide | reports:share | collections:share',
    'requests.undo': 'requests:decide | reports:share | collections:share',
    'requests.changes': 'requests:create',
    'requests.mails': 'requests:create',
    'requests.chooseMail': 'requests:create',
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
    'viewAs.start': 'members:view-as',
    'why.explain': 'members:view',
    'audit.list': 'audit:view',
    'audit.histogram': 'audit:view',
    'audit.get': 'audit:view',
    'audit.report': 'sync:reconcile',
    'audit.changes': 'audit:view',
    'audit.views': 'audit:view',
    'audit.saveView': 'audit:view',
    'audit.renameView': 'audit:view',
    'audit.removeView': 'audit:view',
  });
  await assertGated(server.router, [
    'session.me',
    'session.access',
    'session.changes',
    'session.gates',
    'session.gateTable',
    'why.mine',
    // Procedures about the caller.
    'home.denials',
    'notifications.list',
    'notifications.unread',
    'notifications.markRead',
    'notifications.markAllRead',
    'viewAs.current',
    'viewAs.end',
    // Procedures for users who are not members yet.
    'invitations.received',
    'invitations.accept',
    'setup.status',
  ]);
});

const page = fileURLToPath(new URL('../../../docs/guide/reference-http.md', import.meta.url));

const read = (file: string): Promise<string> => readFile(new URL(file, import.meta.url), 'utf8');

/** Replaces the part of a page between the comments with its name. */
const withPart = (text: string, name: string, part: string): string =>
  text.replace(
    new RegExp(`<!-- ${name} -->.*<!-- /${name} -->`, 's'),
    () => `<!-- ${name} -->\n\n${part}\n\n<!-- /${name} -->`,
  );

test('the reference has every procedure with its gate and input, and every code: "vitest --update=all" writes them', async () => {
  const byStatus = Map.groupBy(Object.entries(statusByCode), ([, status]) => status);
  const codes = [...byStatus]
    .toSorted(([one], [other]) => one - other)
    .map(([status, of]) => `- **${status}**: ${of.map(([code]) => `\`${code}\``).join(', ')}`);
  const written = withPart(await readFile(page, 'utf8'), 'procedures', await procedureReference(server));
  await expect(withPart(written, 'codes', codes.join('\n'))).toMatchFileSnapshot(page);
});

test('the reference has every route, and its response without a token', async () => {
  const sources = [await read('./app.ts'), await read('./platform/http/health.ts')].join('\n');
  const routes = [...sources.matchAll(/\.(?:get|use)\(\s*'(\/[^']+)'/g)].map(([, path = '']) => path);
  const rows = [
    ...(await readFile(page, 'utf8')).matchAll(/^\| `([A-Z, ]+) (\/[^`]+)` .*\| (\d{3})(?: `(\w+)`)? +\|$/gm),
  ];
  expect(rows.map(([, , path = '']) => path.replace(/\/…$/, '')).toSorted()).toEqual(routes.toSorted());
  for (const [, method = '', path = '', status, code] of rows) {
    const url = server.url + path.replace(':id', crypto.randomUUID()).replace('…', 'session.me');
    const response = await fetch(url, { method: method.split(', ')[0] ?? 'GET' });
    expect([path, response.status]).toEqual([path, Number(status)]);
    expect(await response.text()).toContain(code ?? '');
  }
});
