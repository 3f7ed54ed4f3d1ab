import { expect, test } from 'vitest';
import axe from 'axe-core';
import { JSDOM, VirtualConsole } from 'jsdom';
import { z } from 'zod';
import type { Emulator } from '../start.ts';
import { emulate, sdk } from '../testing/with-emulator.ts';

const folder = {
  key: 'folder',
  name: 'Folder',
  actions: { read: {} },
  roles: { viewer: { name: 'Viewer', permissions: ['read'] } },
};
const rule = { role: 'viewer', on_resource: 'folder', linked_by_relation: 'parent' };
const doc = {
  key: 'doc',
  name: 'Doc',
  actions: { read: {}, write: {} },
  relations: { parent: 'folder' },
  roles: { viewer: { name: 'Viewer', permissions: ['read'], granted_to: { users_with_role: [rule] } } },
};
const seed = {
  resources: [folder, doc],
  roles: [
    { key: 'viewer', name: 'Viewer', permissions: ['doc:read'] },
    { key: 'editor', name: 'Editor', permissions: ['doc:write'], extends: ['viewer'] },
  ],
  users: [
    {
      key: 'ann',
      first_name: '<script>alert(1)</script>',
      role_assignments: [{ role: 'editor', tenant: 'default' }],
    },
  ],
  relationship_tuples: [{ subject: 'folder:f', relation: 'parent', object: 'doc:d', tenant: 'default' }],
  role_assignments: [{ user: 'ann', role: 'viewer', resource_instance: 'folder:f' }],
  set_rules: [
    { user_set: 'viewer', is_role: true, permission: 'doc:read', resource_set: 'doc', is_resource: true },
  ],
};

async function page({ url }: Emulator, path: string): Promise<string> {
  const response = await fetch(url + path);
  expect(response.headers.get('content-type')).toContain('text/html');
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  return response.text();
}

test('every page shows its data, and typed text is never interpreted as markup', async () => {
  const emulator = await emulate({ seed });
  expect(await page(emulator, '/')).toContain(emulator.keys.environment);
  const users = await page(emulator, '/console/users?search=ann');
  expect(users).toContain('&lt;script&gt;');
  expect(users).not.toContain('<script>alert');
  expect(await page(emulator, '/console/users/ann')).toContain('doc:write');
  expect(await page(emulator, '/console/tenants')).toContain('1 member');
  expect(await page(emulator, '/console/tenants/default')).toContain('/console/users/ann');
  expect(await page(emulator, '/console/policy')).toContain('inherited');
  expect(await page(emulator, '/console/graph')).toContain('folder:f');
  expect(await page(emulator, '/console/graph?around=doc:d')).toContain('Around doc:d');
  expect(await page(emulator, '/console/users/%3Cb%3E')).toContain('does not exist');
});

test('a check is decided and explained, and a context that is not JSON is reported', async () => {
  const emulator = await emulate({ seed });
  const query = 'user=ann&action=write&type=doc&tenant=default';
  expect(await page(emulator, `/console/check?${query}`)).toMatch(
    /verdict yes[\s\S]*has the role &#39;editor&#39;/,
  );
  expect(await page(emulator, `/console/check?${query}&action=fly`)).toContain('verdict');
  expect(await page(emulator, `/console/check?${query.replace('ann', 'bob')}`)).toContain('verdict no');
  expect(await page(emulator, `/console/check?${query}&context={`)).toContain('aria-invalid');
  expect(await page(emulator, '/console/decisions')).toContain('No checks yet');
});

test('the decision log receives new decisions live', async () => {
  const emulator = await emulate({ seed });
  const { environmentId, url } = emulator;
  const stream = await fetch(`${url}/_emulator/page/decisions?environment=${environmentId}&show=denied`);
  const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
  await sdk(emulator).check('ann', 'read', 'doc');
  await sdk(emulator).check('eve', 'read', 'doc');
  const first = await reader?.read();
  expect(first?.value).toMatch(/denied[\s\S]*eve/);
  expect(await page(emulator, '/console/decisions?show=allowed')).toContain('ann');
  await reader?.cancel();
});

test('another environment has its own pages', async () => {
  const emulator = await emulate({
    seed: { projects: [{ key: 'p', environments: [{ key: 'e', users: [{ key: 'only-there' }] }] }] },
  });
  const [, id] = /value="([0-9a-f]{32})"[^>]*>\s*p \/ e/.exec(await page(emulator, '/')) ?? [];
  expect(await page(emulator, `/console/users?env=${id}`)).toContain('only-there');
  expect(await page(emulator, '/console/users')).not.toContain('only-there');
});

const results = z.object({
  violations: z.array(z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string() })) })),
});

/** Contrast is not tested here: it needs a browser that renders. */
async function violations(page: string): Promise<string[]> {
  const { window } = new JSDOM(page, { runScripts: 'outside-only', virtualConsole: new VirtualConsole() });
  window.eval(axe.source);
  const run: unknown = window.eval(`axe.run(document, { rules: { 'color-contrast': { enabled: false } } })`);
  const { violations: found } = results.parse(await run);
  window.close();
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

test('every page is accessible, with data and without', async () => {
  const full = await emulate({ seed });
  await sdk(full).check('ann', 'read', 'doc');
  const empty = await emulate();
  const check = '/console/check?user=ann&action=read&type=doc&tenant=default';
  const pages = [
    '/',
    '/console/decisions',
    '/console/users',
    '/console/users/ann',
    '/console/users/nobody',
    '/console/tenants',
    '/console/tenants/default',
    '/console/policy',
    '/console/graph',
    '/console/graph?around=doc:d',
    '/console/check',
    check,
    `${check}&context={`,
  ];
  for (const { url } of [full, empty]) {
    for (const path of pages) {
      const page = await (await fetch(url + path)).text();
      expect([path, await violations(page)]).toEqual([path, []]);
    }
  }
});
