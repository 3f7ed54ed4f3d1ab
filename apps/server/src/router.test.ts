import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { assertGated } from '@latchkey/permissions/trpc';
import { expect, test } from 'vitest';
import { statusByCode } from './platform/app-error.ts';
import { procedureReference } from './testing/procedure-reference.ts';
import { startTestServer } from './testing/test-server.ts';

const server = await startTestServer();

test('every procedure has a permission, except the few for all signed-in users', async () => {
  const checked = assertGated(server.router, [
    'session.me',
    'session.access',
    'session.changes',
    'session.gates',
    'session.gateTable',
    'why.mine',
    // Procedures about the caller.
    'applications.address',
    'applications.mine',
    'applications.allow',
    'applications.disconnect',
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
  await expect(checked).resolves.toBeUndefined();
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
