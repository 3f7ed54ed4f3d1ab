import { expect, test } from 'vitest';
import type { Emulator } from '../start.ts';
import { emulate, sdk } from '../testing/with-emulator.ts';

const seed = {
  resources: [
    { key: 'folder', name: 'Folder', actions: { read: {} } },
    { key: 'doc', name: 'Doc', actions: { read: {}, write: {} }, relations: { parent: 'folder' } },
  ],
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
  expect(await page(emulator, '/console/decisions')).toContain('Nothing was asked yet');
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
