import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import * as fc from 'fast-check';
import type { Permit } from 'permitio';
import { expect, test } from 'vitest';
import type { Policy } from '../../core/policy.ts';
import { permissionsOfRole, rolesOf } from '../../core/grants.ts';
import { applyPlan } from '../apply/apply-plan.ts';
import { arbitraryPolicy } from '../fixtures/arbitrary-policy.ts';
import { planPolicy } from '../plan/plan-policy.ts';
import { changesIn } from '../plan/policy-step.ts';
import { pullPolicy, printPolicy } from './pull-policy.ts';
import { readEnvironment } from '../environment/read-environment.ts';
import { startEnvironment } from '../../testing/fixtures/start-environment.ts';

const { emulator, client, sdk } = await startEnvironment();

const apply = async (policy: Policy) =>
  applyPlan(planPolicy(policy, await readEnvironment(client)), { client });
const pull = async () => pullPolicy(await readEnvironment(client));
const changes = async (policy: Policy) =>
  changesIn(planPolicy(policy, await readEnvironment(client))).map(
    ({ kind, key, change }) => `${change} ${kind} ${key}`,
  );

test('law: a pulled policy equals the applied one, and applying it changes nothing', async () => {
  await fc.assert(
    fc
      .asyncProperty(arbitraryPolicy(), async (policy) => {
        await apply(policy);
        const { policy: pulled, notes } = await pull();
        expect(notes).toEqual([]);
        expect(await changes(pulled)).toEqual([]);
        expect(rolesOf(pulled)).toEqual(rolesOf(policy));
        for (const role of rolesOf(policy)) {
          expect(permissionsOfRole(pulled, role)).toEqual(permissionsOfRole(policy, role));
        }
        expect(pullPolicy(await readEnvironment(client)).policy).toEqual(pulled);
      })
      .beforeEach(() => {
        emulator.reset();
      }),
    { numRuns: 40 },
  );
});

const packageRoot = resolve(import.meta.dirname, '../../..');

/** Empty when the modules compile. */
async function compile(sources: readonly string[]): Promise<string> {
  await mkdir(join(packageRoot, '.tsbuild'), { recursive: true });
  const folder = await mkdtemp(join(packageRoot, '.tsbuild', 'pulled-'));
  try {
    await writeFile(
      join(folder, 'tsconfig.json'),
      JSON.stringify({
        extends: '../../../../tsconfig.base.json',
        compilerOptions: {
          noEmit: true,
          composite: false,
          incremental: false,
          emitDeclarationOnly: false,
          types: [],
        },
        include: ['*.ts'],
      }),
    );
    await Promise.all(sources.map((source, index) => writeFile(join(folder, `pulled-${index}.ts`), source)));
    const tsc = resolve(packageRoot, '../../node_modules/typescript/bin/tsc');
    return await promisify(execFile)(process.execPath, [tsc, '-p', folder]).then(
      () => '',
      (error: unknown) =>
        error instanceof Error && 'stdout' in error ? String(error.stdout) : String(error),
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('a pulled policy compiles', async () => {
  const sources: string[] = [];
  for (const policy of fc.sample(arbitraryPolicy(), { numRuns: 12, seed: 7 })) {
    emulator.reset();
    await apply(policy); // oxlint-disable-line no-await-in-loop -- they share one environment
    sources.push(printPolicy((await pull()).policy)); // oxlint-disable-line no-await-in-loop
  }
  expect(await compile(sources)).toBe('');
  expect(await compile([printPolicy({ ...books, defaultRole: 'nobody' })])).toContain('There is no role');
});

const books: Policy = {
  resources: { books: { actions: ['view'], roles: { keeper: { permissions: ['view'] } } } },
  roles: { reader: { permissions: ['books:view'] } },
  defaultRole: 'reader',
};

test('leaves out what a policy table cannot express, and notes it, but never widens it', async () => {
  await apply(books);
  await sdk.api.resources.create({ key: 'empty', name: 'Empty', actions: {} });
  await sdk.api.conditionSets.create({
    key: 'odd',
    name: 'Odd',
    conditions: { allOf: [{ 'user.unheard': { equals: 1 } }] },
  });
  await sdk.api.conditionSetRules.create({
    user_set: 'odd',
    permission: 'books:view',
    resource_set: 'books',
    is_resource: true,
  });
  const { policy, notes } = await pull();
  expect(policy).toEqual(books);
  expect(notes).toEqual([
    "Resource empty has no action, and a table's resources have one.",
    'The condition of user set odd cannot be expressed; it is omitted.',
    'The rule "user set odd → resource books" names what the table does not.',
  ]);
  expect(await changes(policy)).toEqual([
    'removed rule user set odd → resource books',
    'removed user set odd',
    'removed resource empty',
  ]);
});

test('preserves inheritance between tenant roles, and converts conditions to the forms of a policy table', async () => {
  await apply(books);
  const keeper: Parameters<Permit['api']['roles']['create']>[0] & { readonly extends: string[] } = {
    key: 'keeper',
    name: 'Keeper',
    permissions: [],
    extends: ['reader'],
  };
  await sdk.api.roles.create(keeper);
  await sdk.api.conditionSets.create({
    key: 'staff',
    name: 'Staff',
    conditions: {
      allOf: [
        { 'user.email': { or: [{ equals: 'a' }, { contains: 'b' }] } },
        { not: [{ 'user.key': { equals: 'c' } }] },
      ],
    },
  });
  const { policy, notes } = await pull();
  expect(notes).toEqual([]);
  expect(policy.roles['keeper']).toEqual({ extends: ['reader'], permissions: [] });
  expect(policy.userSets?.['staff']?.where).toEqual({
    allOf: [
      { anyOf: [{ 'user.email': { equals: 'a' } }, { 'user.email': { contains: 'b' } }] },
      { not: { 'user.key': { equals: 'c' } } },
    ],
  });
  expect(await changes(policy)).toEqual(['updated user set staff']);
});

test('the default role is the requested one when it exists, otherwise the first', async () => {
  await apply({ ...books, roles: { reader: { permissions: [] }, keeper: { permissions: [] } } });
  const environment = await readEnvironment(client);
  expect(pullPolicy(environment, 'keeper').policy.defaultRole).toBe('keeper');
  expect(pullPolicy(environment, 'nobody').policy.defaultRole).toBe('reader');
});

test('pulling an empty environment throws', async () => {
  await expect(pull()).rejects.toMatchObject({ code: 'POLICY_NOTHING_TO_PULL' });
});

test('notes descriptions and action names, and a plan does not change them', async () => {
  await sdk.api.resources.create({
    key: 'books',
    name: 'Books',
    description: 'What is lent.',
    actions: { lend: { name: 'Hand out' }, 'take-back': { name: 'Take back', description: 'At the desk.' } },
  });
  await sdk.api.roles.create({ key: 'reader', name: 'Reader', description: 'Everybody.' });
  const { policy, notes } = await pull();
  expect(notes.map((note) => note.slice(0, note.indexOf('.')))).toEqual([
    'A table has no place for the description of resource books',
    'A table has no place for the name of action books:lend',
    'A table has no place for the description of action books:take-back',
    'A table has no place for the description of role reader',
  ]);
  await apply({ ...policy, roles: { reader: { permissions: ['books:lend'] } } });
  expect(await sdk.api.roles.get('reader')).toMatchObject({ description: 'Everybody.' });
  expect(await changes({ ...policy, roles: { reader: { permissions: ['books:lend'] } } })).toEqual([]);
});
