import axe from 'axe-core';
import { JSDOM, VirtualConsole } from 'jsdom';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { emulate, sdk } from '../testing/with-emulator.ts';

const results = z.object({
  violations: z.array(z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string() })) })),
});

/** The violations that axe finds in a page. Contrast is not tested here: it needs a browser that renders. */
async function violations(page: string): Promise<string[]> {
  const { window } = new JSDOM(page, { runScripts: 'outside-only', virtualConsole: new VirtualConsole() });
  window.eval(axe.source);
  const run: unknown = window.eval(`axe.run(document, { rules: { 'color-contrast': { enabled: false } } })`);
  const { violations: found } = results.parse(await run);
  window.close();
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

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
  users: [{ key: 'ann', role_assignments: [{ role: 'editor', tenant: 'default' }] }],
  relationship_tuples: [{ subject: 'folder:f', relation: 'parent', object: 'doc:d', tenant: 'default' }],
  role_assignments: [{ user: 'ann', role: 'viewer', resource_instance: 'folder:f' }],
  set_rules: [
    { user_set: 'viewer', is_role: true, permission: 'doc:read', resource_set: 'doc', is_resource: true },
  ],
};

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
