/*
 * Measures how long the compiler takes for a large policy: 100 resources with 20 actions and attributes each, 20 tenant
 * roles with 200 permissions each, 10 sets of each kind with their rules, and 1,500 uses of permissions: as a type, in checks of
 * an instance, and in checks without one. Then the same
 * with a relation, 3 roles and a derivation on every resource. It is the whole time of a compiler process, the start
 * included; what a small policy takes is shown beside it. The fastest of several runs counts, so that other load on the
 * machine does not.
 *
 * node packages/permissions/bench/type-check.ts
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

interface Size {
  readonly resources: number;
  readonly actions: number;
  readonly roles: number;
  readonly sets: number;
  readonly uses: number;
  /** Whether resources have instance roles and derivations. */
  readonly instanceRoles: boolean;
}

const small: Size = { resources: 1, actions: 1, roles: 1, sets: 1, uses: 1, instanceRoles: true };
const large: Size = { resources: 100, actions: 20, roles: 20, sets: 10, uses: 500, instanceRoles: false };
const wide: Size = { ...large, instanceRoles: true };
const runs = 5;

const times = <T>(count: number, make: (at: number) => T): T[] =>
  Array.from({ length: count }, (_, at) => make(at));
const named = <T>(prefix: string, count: number, make: (at: number) => T): Record<string, T> =>
  Object.fromEntries(times(count, (at) => [`${prefix}${at}`, make(at)]));

function source({ resources, actions, roles, sets, uses, instanceRoles }: Size): string {
  const permission = (at: number): string =>
    `resource${at % resources}:action${Math.floor(at / resources) % actions}`;
  const table = {
    userAttributes: named('attribute', 10, () => 'string'),
    resources: named('resource', resources, (at) => ({
      actions: times(actions, (action) => `action${action}`),
      attributes: { status: 'string', size: 'number' },
      ...(instanceRoles && {
        relations: { parent: `resource${(at + 1) % resources}` },
        roles: {
          owner: {
            permissions: times(actions, (action) => `action${action}`),
            derivedFrom: [{ role: 'owner', on: `resource${(at + 1) % resources}`, via: 'parent' }],
          },
          editor: { permissions: ['action0'] },
          reader: { permissions: ['action0'] },
        },
      }),
    })),
    roles: named('role', roles, (at) => ({
      ...(at > 0 && { extends: [`role${at - 1}`] }),
      permissions: times(Math.min(200, resources * actions), (one) => permission(one * 7 + at)),
    })),
    userSets: named('users', sets, (at) => ({
      where: {
        allOf: [{ [`user.attribute${at}`]: { equals: 'x' } }, { 'user.roles': { array_contains: 'role0' } }],
      },
    })),
    resourceSets: named('set', sets, (at) => ({
      resource: `resource${at % resources}`,
      where: { 'resource.size': { 'greater-than': at } },
    })),
    rules: times(sets, (at) => ({
      userSet: `users${at}`,
      resourceSet: `set${at}`,
      permissions: [`resource${at % resources}:action0`],
    })),
    defaultRole: 'role0',
  };
  return [
    "import { definePolicy, type PermissionOf, type PolicyPermissions } from '@latchkey/permissions';",
    `export const policy = definePolicy(${JSON.stringify(table)});`,
    'declare function need(permission: PermissionOf<typeof policy>): void;',
    'declare const permissions: PolicyPermissions<typeof policy>;',
    ...times(uses, (at) => `need('${permission(at * 13)}');`),
    ...times(uses, (at) => `await permissions.require('${permission(at * 17)}', '${at}');`),
    ...times(uses, (at) => `await permissions.check('${permission((at % 200) * 7)}');`),
  ].join('\n');
}

const packageRoot = resolve(import.meta.dirname, '..');

interface Compiler {
  readonly name: string;
  /** Milliseconds for the large policy. */
  readonly goal: number;
  readonly tsc: string;
}

const compilerAt = (name: string): string => resolve(packageRoot, 'node_modules', name, 'bin/tsc');
const compilers: readonly Compiler[] = [
  { name: 'TypeScript 7', goal: 1500, tsc: compilerAt('typescript') },
  { name: 'TypeScript 5.9', goal: 4000, tsc: compilerAt('typescript-5.9') },
];

/** Milliseconds of one compiler process. Throws when the module does not compile. */
function check(tsc: string, folder: string): number {
  const before = performance.now();
  execFileSync(process.execPath, [tsc, '-p', folder], { stdio: ['ignore', 'inherit', 'inherit'] });
  return performance.now() - before;
}

function moduleOf(size: Size): string {
  const folder = mkdtempSync(join(packageRoot, '.tsbuild', 'bench-'));
  const compilerOptions = { noEmit: true, composite: false, incremental: false, emitDeclarationOnly: false };
  const config = { extends: '../../../../tsconfig.base.json', compilerOptions, include: ['*.ts'] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  writeFileSync(join(folder, 'policy.ts'), source(size));
  return folder;
}

mkdirSync(join(packageRoot, '.tsbuild'), { recursive: true });
const folders = [small, large, wide].map(moduleOf);
try {
  for (const { name, goal, tsc } of compilers) {
    const [base = 0, added = 0, withRoles = 0] = folders.map((folder) =>
      Math.min(...times(runs, () => check(tsc, folder))),
    );
    process.stdout.write(
      [
        `${name}: ${added.toFixed(0)} ms for 100 resources × 20 roles × 200 permissions (goal: ${goal}).`,
        `  With 3 roles and a derivation on every resource: ${withRoles.toFixed(0)} ms. A small policy: ${base.toFixed(0)} ms.`,
        '',
      ].join('\n'),
    );
    if (added > goal) process.exitCode = 1;
  }
} finally {
  for (const folder of folders) rmSync(folder, { recursive: true });
}
