/*
 * What a check costs on a large environment, and that it costs the same on a small one.
 *
 * node packages/permit-engine/bench/check.ts
 */
import {
  allows,
  check,
  worldFromDocument,
  type AuthorizationQuery,
  type DataDocument,
} from '../src/index.ts';

const TENANTS = 1000;

/** For each user: three roles (two in tenants, one on a folder) and one tuple (folder → document). */
function documentOf(users: number): DataDocument {
  const numbers = Array.from({ length: users }, (_, at) => at);
  const tenantOf = (at: number) => `t${at % TENANTS}`;
  const homeOf = (at: number) => `t${(at * 7 + 1) % TENANTS}`;
  return {
    users: Object.fromEntries(
      numbers.map((at) => [
        `u${at}`,
        {
          attributes: { key: `u${at}`, dept: at % 2 === 0 ? 'eng' : 'ops', level: at % 7 },
          roleAssignments: { [tenantOf(at)]: ['viewer'], [homeOf(at)]: ['editor'] },
        },
      ]),
    ),
    tenants: Object.fromEntries(numbers.slice(0, TENANTS).map((at) => [`t${at}`, { attributes: {} }])),
    resource_types: {
      folder: {
        actions: ['read'],
        roles: { editor: { granted_to: { users_with_role: [from('editor', 'folder')] } } },
      },
      doc: {
        actions: ['read', 'write', 'delete'],
        roles: { editor: { granted_to: { users_with_role: [from('editor', 'folder')] } } },
      },
    },
    role_permissions: {
      __tenant: { viewer: { grants: { doc: ['read'] } }, editor: { grants: { folder: ['read'] } } },
      doc: { editor: { grants: { doc: ['read', 'write'] } } },
    },
    role_assignments: Object.fromEntries(
      numbers.map((at) => [
        `user:u${at}`,
        {
          [`__tenant:${tenantOf(at)}`]: ['viewer'],
          [`__tenant:${homeOf(at)}`]: ['editor'],
          [`folder:f${at - (at % 4)}`]: ['editor'],
        },
      ]),
    ),
    resource_instances: Object.fromEntries(
      numbers.flatMap((at) => {
        const instance = {
          tenant: tenantOf(at - (at % 4)),
          attributes: { status: at % 2 === 0 ? 'open' : 'closed' },
        };
        return [
          [`folder:f${at}`, instance],
          [`doc:d${at}`, instance],
        ];
      }),
    ),
    // Chains of four folders; the last one contains a document.
    relationships: Object.fromEntries(
      numbers.map((at) =>
        at % 4 === 3
          ? [`doc:d${at}`, { parent: { folder: [`f${at}`] } }]
          : [`folder:f${at + 1}`, { parent: { folder: [`f${at}`] } }],
      ),
    ),
    condition_sets: { e: { key: 'eng', type: 'userset' }, o: { key: 'open', type: 'resourceset' } },
    condition_set_rules: { eng: { open: { doc: ['delete'] } } },
  };
}

function from(role: string, on_resource: string) {
  return { role, on_resource, linked_by_relation: 'parent' };
}

const questions: Record<string, (at: number) => AuthorizationQuery> = {
  'rbac allow': (at) => ask(at, 'read', { tenant: `t${at % TENANTS}` }),
  'rbac deny': (at) => ask(at, 'write', { tenant: `t${at % TENANTS}` }),
  'rebac allow, 4 hops': (at) =>
    ask(at, 'write', { tenant: `t${(at - (at % 4)) % TENANTS}`, key: `d${at - (at % 4) + 3}` }),
  'abac allow': (at) =>
    ask(at - (at % 2), 'delete', { tenant: `t${at % TENANTS}`, key: `d${at - (at % 2)}` }),
  'abac deny': (at) => ask(at - (at % 2) + 1, 'delete', { tenant: `t${at % TENANTS}`, key: `d${at}` }),
  'no such tenant': (at) => ask(at, 'read', { tenant: 'nowhere' }),
  'not synced': (at) => ({ ...ask(at, 'read', { tenant: 't1' }), user: { key: `ghost${at}` } }),
};

function ask(at: number, action: string, where: { tenant: string; key?: string }): AuthorizationQuery {
  return { user: { key: `u${at}` }, action, resource: { type: 'doc', ...where }, context: {} };
}

type Decide = (query: AuthorizationQuery) => boolean;

/** Microseconds at the median and at the 99th percentile, over checks on different users. */
function measure(decide: Decide, queries: readonly AuthorizationQuery[], expected: boolean): string {
  const times: number[] = [];
  for (const query of queries) {
    const before = process.hrtime.bigint();
    const allow = decide(query);
    times.push(Number(process.hrtime.bigint() - before) / 1000);
    if (allow !== expected) throw new Error(`not what is to be measured: ${JSON.stringify(query)}`);
  }
  const sorted = times.slice(times.length / 2).toSorted((a, b) => a - b);
  const at = (share: number) => (sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(1).padStart(7);
  return `${at(0.5)} ${at(0.99)}`;
}

for (const users of [1000, 100_000]) {
  const document = documentOf(users);
  const began = performance.now();
  const world = worldFromDocument(document, [
    { key: 'eng', type: 'userset', conditions: { 'user.dept': { equals: 'eng' } } },
    {
      key: 'open',
      type: 'resourceset',
      resource: 'doc',
      conditions: { 'resource.status': { equals: 'open' } },
    },
  ]);
  const built = performance.now() - began;
  console.log(
    `\n${users} users, ${users * 3} role assignments, ${users} tuples (indexed in ${built.toFixed(0)} ms)`,
  );
  const ways: readonly (readonly [boolean, Decide])[] = [
    [false, (query) => allows(world, query)],
    [false, (query) => check(world, query).allow],
    [true, (query) => check(world, query).allow],
  ];
  console.log('                            `allows` p50 p99    debug off p50 p99    debug on p50 p99   (µs)');
  for (const [name, question] of Object.entries(questions)) {
    const columns = ways.map(([use_debugger, decide]) => {
      const queries = Array.from({ length: 40_000 }, (_, at) => ({
        ...question((at * 7919) % users),
        use_debugger,
      }));
      return measure(decide, queries, name.includes('allow'));
    });
    console.log(`${name.padEnd(24)} ${columns.join('    ')}`);
  }
}
