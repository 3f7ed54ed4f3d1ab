/**
 * 100,000 users with three role assignments each and 100,000 relationship tuples: memory, time to load them, time
 * to load them again from the journal, and the cost of a check: `node --expose-gc
 * packages/permit-emulator/bench/load.ts`. The goals: under 1 GiB, and under 50 µs for a check at p50.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '@latchkey/emulator-kit';
import { check } from '@latchkey/permit-engine';
import { createClock } from '../src/clock.ts';
import { developmentKeys } from '../src/model/development-keys.ts';
import { defaultEnvironment, openDefaultAccount } from '../src/default-account.ts';
import type { Seed } from '../src/seed.ts';

const USERS = 100_000;
const TENANTS = 1000;
const FOLDERS = 1000;
const CHECKS = 20_000;

function seed(): Seed {
  const users = Array.from({ length: USERS }, (_, index) => ({
    key: `user-${index}`,
    email: `user-${index}@example.org`,
    attributes: { department: `d${index % 20}` },
    role_assignments: [0, 1, 2].map((offset) => ({
      role: offset === 0 ? 'editor' : 'viewer',
      tenant: `tenant-${(index + offset * 7) % TENANTS}`,
    })),
  }));
  const tuples = Array.from({ length: USERS }, (_, index) => ({
    subject: `folder:f${index % FOLDERS}`,
    relation: 'parent',
    object: `doc:d${index}`,
    tenant: 'default',
  }));
  return {
    resources: [
      {
        key: 'folder',
        name: 'Folder',
        actions: { read: {} },
        roles: { viewer: { name: 'Viewer', permissions: ['read'] } },
      },
      {
        key: 'doc',
        name: 'Document',
        actions: { read: {}, write: {} },
        relations: { parent: 'folder' },
        roles: {
          viewer: {
            name: 'Viewer',
            permissions: ['read'],
            granted_to: {
              users_with_role: [{ role: 'viewer', on_resource: 'folder', linked_by_relation: 'parent' }],
            },
          },
        },
      },
    ],
    roles: [
      { key: 'viewer', name: 'Viewer', permissions: ['doc:read'] },
      { key: 'editor', name: 'Editor', permissions: ['doc:write'], extends: ['viewer'] },
    ],
    tenants: Array.from({ length: TENANTS }, (_, index) => ({
      key: `tenant-${index}`,
      name: `Tenant ${index}`,
    })),
    users,
    relationship_tuples: tuples,
    role_assignments: Array.from({ length: FOLDERS }, (_, index) => ({
      user: `user-${index}`,
      role: 'viewer',
      resource_instance: `folder:f${index}`,
    })),
  };
}

function timed<T>(name: string, run: () => T): T {
  const start = performance.now();
  const result = run();
  print(name, `${((performance.now() - start) / 1000).toFixed(2)} s`);
  return result;
}

function print(name: string, value: string): void {
  process.stdout.write(`${name.padEnd(34)} ${value}\n`);
}

const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`;

const clock = createClock();
const [, , written] = process.argv;
if (written === undefined) {
  const dir = mkdtempSync(join(tmpdir(), 'permit-bench-'));
  const store = openStore({ dir });
  timed('loaded from a seed in', () =>
    openDefaultAccount({ store, clock }, { seed: seed() }, developmentKeys),
  );
  store.close();
  print('journal', mebibytes(statSync(join(dir, 'journal.jsonl')).size));
  // The rest runs in a separate process, so that garbage from loading is not counted.
  spawnSync(process.execPath, [...process.execArgv, import.meta.filename, dir], { stdio: 'inherit' });
  rmSync(dir, { recursive: true });
  process.exit();
}

const dir = written;
const store = timed('journal read in', () => openStore({ dir }));
const opened = openDefaultAccount({ store, clock }, {}, developmentKeys);
const env = timed('indexed in', () => defaultEnvironment(opened));
print('users, assignments, tuples', `${env.users.size}, ${env.assignments.size}, ${env.tuples.size}`);
globalThis.gc?.();
const { rss, heapUsed } = process.memoryUsage();
print('memory', `${mebibytes(rss)} resident, ${mebibytes(heapUsed)} of it live heap`);

const kinds = {
  'tenant role, allowed': (n: number) => ({
    user: { key: `user-${n}` },
    action: 'write',
    resource: { type: 'doc', tenant: `tenant-${n % TENANTS}` },
  }),
  'derived role, allowed': (n: number) => ({
    user: { key: `user-${n % FOLDERS}` },
    action: 'read',
    resource: { type: 'doc', key: `d${n}`, tenant: 'default' },
  }),
  denied: (n: number) => ({
    user: { key: `user-${n}` },
    action: 'write',
    resource: { type: 'doc', key: `d${n}`, tenant: 'default' },
  }),
};
for (const [kind, query] of Object.entries(kinds)) {
  for (const use_debugger of [true, false]) {
    const times: number[] = [];
    let allowed = 0;
    for (let index = 0; index < CHECKS; index++) {
      const checkQuery = { ...query((index * 7919) % USERS), use_debugger };
      const start = performance.now();
      if (check(env.pdp, checkQuery).allow) allowed++;
      times.push(performance.now() - start);
    }
    const sorted = times.toSorted((a, b) => a - b);
    const at = (part: number): string => `${((sorted[Math.floor(CHECKS * part)] ?? 0) * 1000).toFixed(1)} µs`;
    print(
      `${kind}${use_debugger ? ', with why' : ''}`,
      `p50 ${at(0.5)}, p99 ${at(0.99)} (${allowed} of ${CHECKS} allowed)`,
    );
  }
}
store.close();
