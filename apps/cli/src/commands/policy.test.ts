import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { start } from '@latchkey/permit-emulator';
import { Permit } from 'permitio';
import { afterAll, afterEach, expect, test } from 'vitest';
import { runCli, type CliOptions, useFolder } from '../testing/run-cli.ts';
import { operator } from '../operator-program.ts';
import { toolkit } from '../toolkit-program.ts';

const inFolder = useFolder();
const emulator = await start({ port: 0, pdpPort: 0 });
const sdk = new Permit({ token: emulator.keys.environment, apiUrl: emulator.url, log: { level: 'silent' } });
afterAll(() => emulator.close());
afterEach(() => {
  emulator.faults.clear();
  emulator.reset();
});

const run = (args: string | readonly string[], { env = {}, ...options }: CliOptions = {}) =>
  runCli(typeof args === 'string' ? args.split(' ') : args, {
    env: { PERMIT_API_URL: emulator.url, PERMIT_API_KEY: emulator.keys.environment, ...env },
    ...options,
  });
const json = async (args: string): Promise<unknown> => JSON.parse((await run(args)).printed.join('\n'));

async function file(name: string, content: string): Promise<string> {
  await writeFile(inFolder(name), content);
  return inFolder(name);
}

let tables = 0;
const books = (roles: string): Promise<string> =>
  file(
    `books-${tables++}.ts`,
    `export const policy = { resources: { books: { actions: ['view', 'lend'] } }, roles: ${roles}, defaultRole: 'reader' };`,
  );
const reader = "{ reader: { permissions: ['books:view'] } }";

test('plan shows the differences and exits with 2; after apply there are none, and it exits with 0', async () => {
  const table = await books(reader);
  const before = await run(`policy --table ${table} plan`);
  expect([before.code, before.printed]).toEqual([
    2,
    [
      '+ resource books',
      '    name: Books',
      '    actions: view, lend',
      '+ role reader',
      '    name: Reader',
      '    permissions: books:view',
      '',
      '2 to create.',
    ],
  ]);
  const applied = await run(`policy --table ${table} apply`);
  expect([applied.code, applied.printed.slice(-3)]).toEqual([
    0,
    ['[1/2] + resource books', '[2/2] + role reader', '2 of 2 objects changed.'],
  ]);
  const after = await run(`policy --table ${table} plan`);
  expect([after.code, after.printed]).toEqual([0, ['No changes: 2 objects match the table.']]);
});

test('shows a difference as additions and removals, in color only on a terminal', async () => {
  await run(`policy --table ${await books(reader)} apply`);
  const changed = await books("{ reader: { permissions: ['books:lend'] } }");
  const plain = await run(`policy --table ${changed} plan`);
  expect(plain.printed.slice(0, 2)).toEqual(['~ role reader', '    permissions: +books:lend -books:view']);
  const colored = await run(`policy --table ${changed} plan`, { color: true });
  expect(colored.printed[0]).toBe('\u001B[33m~ role reader\u001B[39m');
});

test('plan --json has both sides of every change', async () => {
  expect(await json(`policy --table ${await books(reader)} plan --json`)).toMatchObject({
    unchanged: 0,
    changes: [
      {
        kind: 'resource',
        key: 'books',
        change: 'created',
        destructive: false,
        after: { actions: ['view', 'lend'] },
      },
      { kind: 'role', key: 'reader', change: 'created', destructive: false },
    ],
  });
});

test('preserves objects outside the table without --allow-destructive, and removes them with it after a confirmation', async () => {
  const table = await books(reader);
  await run(`policy --table ${table} apply`);
  await sdk.api.roles.create({ key: 'guest', name: 'Guest' });

  const left = await run(`policy --table ${table} apply`);
  expect([left.code, left.warned]).toEqual([
    0,
    ['Objects kept because the table does not have them: 1. --allow-destructive removes them.'],
  ]);
  await expect(run(`policy --table ${table} apply --allow-destructive`)).rejects.toThrow('--yes');
  const no = { confirm: () => Promise.resolve(false) };
  await expect(run(`policy --table ${table} apply --allow-destructive`, no)).rejects.toThrow(
    'Nothing was changed',
  );
  expect((await sdk.api.roles.get('guest')).key).toBe('guest');

  const asked: string[] = [];
  const yes = {
    confirm: async (question: string) => asked.push(question) > 0,
  };
  const removed = await run(`policy --table ${table} apply --allow-destructive`, yes);
  expect(removed.printed).toContain('[1/1] - role guest');
  expect(asked).toHaveLength(1);
  expect((await run(`policy --table ${table} plan`)).code).toBe(0);
});

test('an interrupted apply reports that it can continue, and the next apply continues', async () => {
  const table = await books(reader);
  emulator.faults.add({ method: 'POST', path: '/v2/schema/*', status: 500, count: 1 });
  const warned: string[] = [];
  await expect(run(`policy --table ${table} apply`, { warned })).rejects.toMatchObject({
    code: 'PERMIT_UNAVAILABLE',
  });
  expect(warned).toEqual([expect.stringContaining('Run the command again')]);
  expect((await run(`policy --table ${table} apply`)).code).toBe(0);
  expect((await run(`policy --table ${table} plan`)).code).toBe(0);
});

test('an apply that is stopped changes no further object, and reports what it has changed', async () => {
  const reported: unknown[] = [];
  const program = { ...operator, reportChange: async (change: unknown) => void reported.push(change) };
  const options = { program, interruption: AbortSignal.abort() };
  await expect(run(`policy --table ${await books(reader)} apply`, options)).rejects.toMatchObject({
    code: 'STOPPED',
    says: 'Stopped: 1 of 2 objects changed, and they stay.',
  });
  expect(reported).toMatchObject([{ action: 'policy.apply', outcome: 'failed', after: { changed: 1 } }]);
});

test('a plan shows how many users hold what it would remove', async () => {
  const table = await books(reader);
  await run(`policy --table ${table} apply`);
  await sdk.api.roles.create({ key: 'guest', name: 'Guest' });
  await sdk.api.users.create({ key: 'ann', role_assignments: [{ role: 'guest', tenant: 'default' }] });
  const { printed } = await run(`policy --table ${table} plan`);
  expect(printed.slice(0, 2)).toEqual(['- role guest', '    also removes 1 role assignment']);
  expect(await json(`policy --table ${table} plan --json`)).toMatchObject({
    changes: [{ dependents: { assignments: 1 } }],
  });

  const renamed = await books(
    "{ reader: { permissions: ['books:view'] }, visitor: { renamedFrom: 'guest', permissions: [] } }",
  );
  const moved = await run(`policy --table ${renamed} apply`);
  expect(moved.printed).toContain('> role guest to visitor');
  expect(moved.printed).toContain('    moves 1 role assignment');
  expect(await sdk.api.roleAssignments.list({ user: 'ann' })).toMatchObject([{ role: 'visitor' }]);
});

test('does not change ignored objects or those that --scope table excludes', async () => {
  const table = await books(reader);
  await run(`policy --table ${table} apply`);
  await sdk.api.roles.create({ key: 'guest', name: 'Guest' });
  await sdk.api.resources.create({ key: 'desks', name: 'Desks', actions: { book: {} } });
  expect((await run(`policy --table ${table} plan`)).code).toBe(2);
  expect((await run(`policy --table ${table} plan --scope table`)).code).toBe(0);
  const ignoring = ['policy', '--table', table, 'plan', '--ignore', 'role g*', '--ignore', 'resource desks'];
  expect((await run(ignoring)).code).toBe(0);
});

test('applies a saved plan as shown, and refuses it when something has changed since', async () => {
  const saved = inFolder('plan.json');
  const table = await books(reader);
  await run(`policy --table ${table} plan --out ${saved}`);
  expect((await run(`policy --table ${table} apply ${saved}`)).code).toBe(0);
  expect((await run(`policy --table ${table} plan`)).code).toBe(0);

  // The table changes after the plan.
  const other = await books("{ reader: { permissions: ['books:lend'] } }");
  await expect(run(`policy --table ${other} apply ${saved}`)).rejects.toMatchObject({
    code: 'POLICY_PLAN_STALE',
  });

  // A saved plan includes its options.
  await sdk.api.roles.create({ key: 'guest', name: 'Guest' });
  await run(`policy --table ${other} plan --scope table --out ${saved}`);
  await run(`policy --table ${other} apply ${saved} --allow-destructive --yes`);
  expect((await sdk.api.roles.get('guest')).key).toBe('guest');
  expect((await sdk.api.roles.get('reader')).permissions).toEqual(['books:lend']);
});

test.each([
  ['no JSON', 'text.json', 'plan'],
  ['no plan', 'object.json', '{"version":2}'],
])('refuses %s as a plan', async (_, name, content) => {
  const path = await file(name, content);
  await expect(run(`policy --table ${await books(reader)} apply ${path}`)).rejects.toMatchObject({
    code: 'POLICY_NO_PLAN',
  });
});

test.each(['plan --out', 'apply', 'pull --out', 'lint --gates', 'test'])(
  'policy %s names a path that does not exist, and what to check',
  async (command) => {
    const path = inFolder('none/file');
    const program = `policy --table ${await books(reader)}`;
    await run(`${program} apply`);
    await expect(run(`${program} ${command} ${path}`)).rejects.toMatchObject({
      code: 'FILE_UNAVAILABLE',
      fix: expect.stringContaining(path),
    });
  },
);

test('pull writes a table that plans no changes', async () => {
  await run('policy apply');
  // Inside the package, so that the import in the table resolves.
  const out = join(import.meta.dirname, `../../.tsbuild/pulled-${process.pid}.ts`);
  await mkdir(dirname(out), { recursive: true });
  try {
    const { printed } = await run(`policy pull --default-role viewer --out ${out}`);
    expect(printed).toEqual([`Wrote ${out}.`]);
    expect(await readFile(out, 'utf8')).toContain(
      "viewer: { permissions: ['reports:view', 'requests:create', 'policy:view'] },",
    );
    const { code, printed: planned } = await run(`policy --table ${out} plan`);
    expect([code, planned]).toEqual([0, [expect.stringMatching(/^No changes/)]]);
  } finally {
    await rm(out, { force: true });
  }
});

test('pull without a default role warns that it guesses one', async () => {
  await run(`policy --table ${await books(reader)} apply`);
  const { printed, warned } = await run('policy pull');
  expect(printed.join('\n')).toContain("defaultRole: 'reader'");
  expect(warned).toEqual([expect.stringContaining('reader')]);
});

test('prints the matrix as text, as Markdown and as JSON', async () => {
  const table = await books(reader);
  expect((await run(`policy --table ${table} matrix`)).printed.join('\n')).toContain('books:view  yes');
  expect((await run(`policy --table ${table} matrix --markdown`)).printed.join('\n').split('\n')).toEqual([
    '| permission | reader | on the instance | by condition |',
    '| --- | --- | --- | --- |',
    '| `books:view` | ✓ |  |  |',
    '| `books:lend` |  |  |  |',
  ]);
  expect(await json(`policy --table ${table} matrix --json`)).toEqual({
    roles: ['reader'],
    permissions: [
      { permission: 'books:view', roles: ['reader'], instanceRoles: [], rules: [] },
      { permission: 'books:lend', roles: [], instanceRoles: [], rules: [] },
    ],
  });
});

test("the console's own table has no lint errors, and scopes that do not cover all permissions on purpose", async () => {
  const { code, printed } = await run('policy lint --json');
  expect(code).toBe(0);
  expect(JSON.parse(printed.join('\n'))).toMatchObject([{ code: 'uncovered-permissions', level: 'warning' }]);
});

test('lint exits with 1 only on an error, and checks the gates of an app', async () => {
  const warned = await run(`policy --table ${await books(reader)} lint`);
  expect(warned.code).toBe(0);
  expect(warned.printed.at(-1)).toBe('0 errors, 1 warnings.');
  const noGates = await file('no-gates.json', '# gates');
  await expect(run(`policy --table ${await books(reader)} lint --gates ${noGates}`)).rejects.toMatchObject({
    code: 'GATES_UNREADABLE',
  });
  const gates = await file('gates.json', '{ "books.get": "books:view", "books.burn": "books:burn" }');
  const found = await run(`policy --table ${await books(reader)} lint --json --gates ${gates}`);
  expect(found.code).toBe(1);
  expect(JSON.parse(found.printed.join('\n'))).toMatchObject([
    { code: 'unknown-permission', level: 'error', place: 'gates.books.burn' },
    { code: 'unused-action' },
    { code: 'ungated-permission' },
  ]);
});

const facts = `
facts:
  users:
    ann: { roles: { acme: [viewer] } }
    bob: { instanceRoles: { 'collections:q3': [editor] } }
  instances:
    collections:q3: { tenant: acme }
    reports:1: { tenant: acme, relations: { parent: collections:q3 } }
tests:
  - { as: ann, in: acme, allow: reports:view, deny: [reports:create] }
`;

test('counts expectations that hold, and explains a failed one with exit code 1', async () => {
  const good = await file(
    'good.yaml',
    `${facts}  - { as: bob, in: acme, on: reports:1, allow: reports:edit, deny: reports:publish }\n`,
  );
  expect(await run(`policy test ${good}`)).toMatchObject({ code: 0, printed: ['4 expectations hold.'] });
  const bad = await file(
    'bad.yaml',
    `${facts}  - { as: bob, in: acme, on: reports:1, deny: reports:edit }\n`,
  );
  const { code, printed } = await run(`policy test ${good} ${bad}`);
  expect(code).toBe(1);
  expect(printed[0]).toContain('bob cannot reports:edit on reports:1 in acme');
  expect(printed[1]).toContain('collections:q3');
  expect(printed.at(-1)).toBe('1 of 7 expectations do not hold.');
});

test.each([
  [
    'a permission that does not exist',
    '  - { as: ann, deny: reports:burn }\n',
    'There is no permission reports:burn.',
  ],
  [
    'a permission about another resource',
    '  - { as: ann, on: reports:1, deny: members:view }\n',
    'members:view',
  ],
  [
    'an attribute that does not exist',
    '  - { as: ann, on: reports:1, attributes: { stat: draft }, deny: reports:edit }\n',
    'There is no attribute reports.stat.',
  ],
  ['an unknown key', '  - { as: ann, forbid: reports:view }\n', 'forbid'],
  ['a syntax error', '  - {\n', 'line'],
])('refuses expectations with %s, which would pass for the wrong reason', async (_, line, message) => {
  const path = await file('odd.yaml', facts + line);
  const refused: unknown = await run(`policy test ${path}`).catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: 'POLICY_TEST_INVALID', says: expect.stringContaining(path) });
  expect(String(refused)).toContain(message);
});

test.each([
  ['role', '[viewer]', '[owner]', 'There is no role owner.'],
  ['resource', '    reports:1:', '    report:1:', 'There is no resource report.'],
  ['relation', 'parent:', 'folder:', 'There is no relation reports.folder.'],
  ['attribute', 'relations:', 'attributes: { stat: draft }, relations:', 'no attribute reports.stat.'],
  ['instance', '    collections:q3: { tenant: acme }\n', '', 'bob has roles on collections:q3'],
  ['user-attribute', '[viewer] }', '[viewer] }, attributes: { lvl: 1 }', 'no user attribute lvl.'],
])('refuses facts with a %s that the table does not have', async (name, from, to, message) => {
  const path = await file(`${name}.yaml`, facts.replace(from, to));
  await expect(run(`policy test ${path}`)).rejects.toMatchObject({
    code: 'POLICY_TEST_INVALID',
    message: expect.stringContaining(message),
  });
});

test('names the missing part of an invalid table, or the cycle of its roles', async () => {
  const empty = await file('empty.ts', 'export const policy = { resources: {} };');
  await expect(run(`policy --table ${empty} matrix`)).rejects.toMatchObject({
    code: 'TABLE_INVALID',
    says: expect.stringContaining('roles'),
  });
  const circle = await books("{ reader: { extends: ['reader'], permissions: [] } }");
  await expect(run(`policy --table ${circle} matrix`)).rejects.toThrow('reader → reader');
});

test.each([
  ['is missing', undefined, /nothing\.ts cannot be loaded: there is no such file/],
  ['does not parse', 'export const policy = {', /nothing\.ts cannot be loaded: /],
  ['throws', "throw new TypeError('It is broken.')", /nothing\.ts cannot be loaded: It is broken\.(?!\.)/],
])('names a module that %s', async (_, content, message) => {
  const path = content === undefined ? inFolder('nothing.ts') : await file('nothing.ts', content);
  await expect(run(`policy --table ${path} matrix`)).rejects.toMatchObject({
    code: 'TABLE_UNREADABLE',
    message: expect.stringMatching(message),
  });
});

test('doctor names the option that removes what the table does not have', async () => {
  const larger = await books("{ reader: { permissions: ['books:view'] }, clerk: { permissions: [] } }");
  await run(`policy --table ${larger} apply`);
  const { printed } = await run(`doctor --table ${await books(reader)}`, { program: toolkit });
  expect(printed.join('\n')).toContain('latchkey policy apply --allow-destructive updates Permit.');
});

test('grant in a tenant that Permit does not have explains what creates tenants', async () => {
  const table = await books(reader);
  await run(`policy --table ${table} apply`);
  await expect(run(`grant ann reader --tenant nowhere --table ${table}`)).rejects.toMatchObject({
    code: 'PERMIT_REFUSED',
    fix: expect.stringContaining('Directory sync creates the tenant of an organization'),
  });
});

test.each([
  ['a wrong key', {}, { PERMIT_API_KEY: 'permit_key_wrong' }, 'PERMIT_KEY_INVALID', 'PERMIT_API_KEY'],
  ['a key without the right', { status: 403 }, {}, 'PERMIT_KEY_FORBIDDEN', 'PERMIT_API_KEY'],
  ['an outage', { status: 503 }, {}, 'PERMIT_UNAVAILABLE', 'again later'],
  ['no answer', { drop: true }, {}, 'PERMIT_UNAVAILABLE', 'PERMIT_API_URL'],
])('plan distinguishes %s and suggests a fix', async (_, fault, env, code, fix) => {
  if (Object.keys(fault).length > 0) emulator.faults.add(fault);
  await expect(run('policy plan', { env })).rejects.toMatchObject({
    code,
    says: expect.stringMatching(/^Permit (?:refused|did not answer) GET /),
    fix: expect.stringContaining(fix),
  });
});

test('plan reports that an organization key does not identify an environment', async () => {
  const env = { PERMIT_API_KEY: emulator.keys.organization };
  await expect(run('policy plan', { env })).rejects.toMatchObject({ code: 'PERMIT_KEY_LEVEL' });
});

test('without a table, a command explains how to specify one', async () => {
  await expect(run('policy matrix', { program: toolkit })).rejects.toMatchObject({
    code: 'TABLE_MISSING',
    fix: expect.stringContaining('--table'),
  });
});

test('LATCHKEY_TABLE specifies the table, and --table takes precedence', async () => {
  const env = { LATCHKEY_TABLE: await books(reader) };
  expect((await run('policy matrix', { env })).printed.join('\n')).toContain('books:view');
  const other = await file(
    'films.ts',
    "export const policy = { resources: { films: { actions: ['view'] } }, roles: { all: { permissions: '*' } }, defaultRole: 'all' };",
  );
  expect((await run(`policy --table ${other} matrix`, { env })).printed.join('\n')).not.toContain(
    'books:view',
  );
});
