import { expect, test } from 'vitest';
import type { Check } from '../core/decision.ts';
import type { Facts } from '../facts/facts.ts';
import type { Policy } from '../core/policy.ts';
import { operatorsFacts, operatorsPolicy } from '../testing/fixtures/operators-policy.ts';
import { example, examplePolicy } from '../testing/fixtures/example.ts';
import { compared, explain } from './explain.ts';

const textsOf = (policy: Policy, facts: Facts, check: Check): string[] => {
  const explanation = explain({ policy, facts, check });
  return explanation.outcome === 'deny' ? explanation.remedies.map(({ text }) => text) : ['allowed'];
};

test.each(operatorsPolicy.resources.items.actions.map((action) => [`items:${action}`]))(
  '%s: finds a value that satisfies the condition, for each operator',
  (permission) => {
    const denied = ['1', '2', '9']
      .map((instance) => ({ subject: 'ann', tenant: 'acme', permission, instance }))
      .map((check) => explain({ policy: operatorsPolicy, facts: operatorsFacts, check }))
      .filter(({ outcome }) => outcome === 'deny');
    // At least item 9 is denied: it has no facts, so it belongs to no set.
    expect(denied.length).toBeGreaterThanOrEqual(1);
    for (const explanation of denied) {
      expect(explanation).toMatchObject({
        remedies: expect.arrayContaining([
          {
            text: expect.any(String),
            changes: [expect.objectContaining({ kind: 'attribute', of: 'resource' })],
          },
        ]),
      });
    }
  },
);

const vault = (where: object, more: Partial<Policy> = {}): Policy => ({
  resources: { vault: { actions: ['open'] } },
  roles: { guard: { permissions: [] }, chief: { permissions: [] } },
  userSets: { set: { where: { ...where } } },
  rules: [{ userSet: 'set', resource: 'vault', permissions: ['vault:open'] }],
  defaultRole: 'guard',
  ...more,
});
const open = { subject: 'ann', tenant: 'acme', permission: 'vault:open' };
const member: Facts = { users: { ann: { roles: { acme: ['guard'] } } }, tenants: { acme: {} } };

test.each([
  [{ 'user.level': { equals: 3 } }, 'Set level of ann to 3.'],
  [{ 'user.email': { equals: 'ann@acme.test' } }, 'Set email of ann to "ann@acme.test".'],
  [{ 'user.roles': { array_contains: 'chief' } }, 'Give ann the role chief in acme.'],
  [{ 'user.tenants': { array_contains: 'other' } }, 'Give ann the role guard in other.'],
  [{ 'user.address.country': { equals: 'KR' } }, 'Set address of ann to {"country":"KR"}.'],
  [{ 'tenant.plan': { equals: 'pro' } }, 'Set plan of the tenant acme to "pro".'],
  [{ 'context.mfa': { equals: true } }, 'Ask with context.mfa = true.'],
  [
    { allOf: [{ 'user.level': { equals: 3 } }, { 'context.mfa': { equals: true } }] },
    'Set level of ann to 3 and ask with context.mfa = true.',
  ],
])('%j: %s', (where, text) => {
  expect(textsOf(vault(where), member, open)).toEqual([text]);
});

const has = (attributes: Readonly<Record<string, unknown>>): Facts => ({
  users: { ann: { roles: { acme: ['guard'] }, attributes } },
});

test.each<[Facts, object, ...string[]]>([
  [has({ level: 3 }), { 'user.level': { 'not-equals': 3 } }, 'level of ann to 4'],
  [has({ level: 5 }), { 'user.level': { 'less-than': 3 } }, 'level of ann to 2'],
  [has({ level: 5 }), { 'user.level': { 'less-than-equals': 3 } }, 'level of ann to 3'],
  [has({ level: 1 }), { 'user.level': { 'greater-than': 3 } }, 'level of ann to 4'],
  [has({ level: 1 }), { 'user.level': { 'greater-than-equals': 3 } }, 'level of ann to 3'],
  [has({ level: 1 }), { 'user.level': { between: [3, 5] } }, 'level of ann to 3'],
  [has({ dept: 'x' }), { 'user.dept': { in: ['law', 'sales'] } }, 'dept of ann to "law"'],
  [has({ dept: 'x' }), { 'user.dept': { contains: 'law' } }, 'dept of ann to "law"'],
  [has({ teams: ['a'] }), { 'user.teams': { array_contains: 'b' } }, 'teams of ann to ["a","b"]'],
  [has({ teams: ['a'] }), { 'user.teams': { array_superset: ['a', 'b'] } }, 'teams of ann to ["a","b"]'],
  [has({ teams: ['a', 'b'] }), { 'user.teams': { array_subset: ['b', 'c'] } }, 'teams of ann to ["b"]'],
  [has({}), { 'user.teams': { array_subset: ['b'] } }, 'teams of ann to ["b"]'],
  [
    has({ teams: ['a'] }),
    { 'user.teams': { array_intersect: ['b', 'c'] } },
    'teams of ann to ["a","b"]',
    'teams of ann to ["a","c"]',
  ],
  [
    has({ car: { color: 'red' } }),
    { 'user.car': { object_match: { match: { doors: { 'greater-than': 3 } } } } },
    'car of ann to {"color":"red","doors":4}',
  ],
  [
    has({ cars: [{ doors: 2 }] }),
    { 'user.cars': { any_match: { match: { doors: { equals: 4 } } } } },
    'cars of ann to [{"doors":2},{"doors":4}]',
  ],
  [
    has({ cars: [{ doors: 2 }] }),
    { 'user.cars': { all_match: { match: { doors: { equals: 4 } } } } },
    'cars of ann to [{"doors":4}]',
  ],
  [has({ level: 3 }), { not: { 'user.level': { equals: 3 } } }, 'level of ann to 4'],
  [has({ level: 5 }), { not: { 'user.level': { 'not-equals': 3 } } }, 'level of ann to 3'],
  [has({ level: 1 }), { not: { 'user.level': { 'less-than': 3 } } }, 'level of ann to 3'],
  [has({ level: 1 }), { not: { 'user.level': { 'less-than-equals': 3 } } }, 'level of ann to 4'],
  [has({ level: 5 }), { not: { 'user.level': { 'greater-than': 3 } } }, 'level of ann to 3'],
  [has({ level: 5 }), { not: { 'user.level': { 'greater-than-equals': 3 } } }, 'level of ann to 2'],
  [has({ level: 4 }), { not: { 'user.level': { between: [3, 5] } } }, 'level of ann to 2'],
  [has({ level: 1 }), { not: { 'user.level': { in: [1, 7, 3] } } }, 'level of ann to 8'],
  [has({ dept: 'x' }), { not: { 'user.dept': { in: ['other', 'x'] } } }, 'dept of ann to "another"'],
  [has({ dept: 'law' }), { not: { 'user.dept': { contains: 'a' } } }, 'dept of ann to ""'],
  [has({ teams: ['a', 'b'] }), { not: { 'user.teams': { array_contains: 'a' } } }, 'teams of ann to ["b"]'],
  [has({ away: false }), { not: { 'user.away': { equals: false } } }, 'away of ann to true'],
  [has({ dept: 'x' }), { not: { 'user.dept': { 'not-equals': 'law' } } }, 'dept of ann to "law"'],
  [has({ level: 1 }), { not: { 'user.level': { in: [1, 'x', 3] } } }, 'level of ann to 4'],
  [has({ dept: 'x' }), { 'user.dept': { equals: null } }, 'dept of ann to null'],
  // One of the two colors is enough, so the remedy sets only one.
  [
    has({ car: {} }),
    { 'user.car': { object_match: { match: { colors: { array_intersect: ['red', 'blue'] } } } } },
    'car of ann to {"colors":["red"]}',
  ],
  [
    has({ level: 1, dept: 'x' }),
    { not: { anyOf: [{ 'user.level': { equals: 1 } }, { 'user.dept': { equals: 'x' } }] } },
    'level of ann to 2 and set dept of ann to "other"',
  ],
  [
    has({ level: 1, dept: 'x' }),
    { not: { allOf: [{ 'user.level': { equals: 1 } }, { 'user.dept': { equals: 'x' } }] } },
    'level of ann to 2',
    'dept of ann to "other"',
  ],
  [
    has({ level: 1, dept: 'x' }),
    {
      or: [
        { and: [{ 'user.level': { equals: 2 } }, { 'user.dept': { equals: 'y' } }] },
        { 'user.level': { equals: 3 } },
      ],
    },
    'level of ann to 3',
    'level of ann to 2 and set dept of ann to "y"',
  ],
  [
    has({ level: 1, limit: 5 }),
    { 'user.level': { equals: { ref: 'user.limit' } } },
    'level of ann to 5',
    'limit of ann to 1',
  ],
  [
    has({ level: 1, limit: 5 }),
    { 'user.level': { 'greater-than': { ref: 'user.limit' } } },
    'level of ann to 6',
  ],
  [has({ limit: 5 }), { 'user.level': { equals: { ref: 'user.limit' } } }, 'level of ann to 5'],
  [
    has({ address: { city: 'Seoul', country: 'DE' } }),
    { 'user.address.country': { equals: 'KR' } },
    'address of ann to {"city":"Seoul","country":"KR"}',
  ],
  [has({ level: 1 }), { 'user.level': { equals: { ref: 'user.absent' } } }, 'absent of ann to 1'],
])('facts %j, condition %j: remedies are %s', (facts, where, ...wanted) => {
  expect(textsOf(vault(where), facts, open)).toEqual(wanted.map((text) => `Set ${text}.`));
});

const isKorean = { 'user.address.country': { equals: 'KR' } };
const tenNames = Array.from({ length: 10 }, (_, index) => `name-${index}`);
const inMany = (what: 'role' | 'tenant'): Facts => {
  const roles =
    what === 'role' ? { acme: tenNames } : Object.fromEntries(tenNames.map((name) => [name, ['guard']]));
  return { users: { ann: { roles: { acme: ['guard'], ...roles } } } };
};
const stored = (attributes: Readonly<Record<string, unknown>>): Facts => ({
  users: { ann: { roles: { acme: ['guard'] } } },
  instances: { 'vault:1': { tenant: 'acme', attributes } },
});

test.each<[Facts, object, ...string[]]>([
  [stored({ open: false }), { 'resource.open': { equals: true } }, 'Set open of vault:1 to true.'],
  [
    stored({ tags: ['a'] }),
    { 'resource.tags': { array_contains: 'b' } },
    'Set tags of vault:1 to ["a","b"].',
  ],
  [member, { 'resource.open': { equals: true } }, 'Set open of vault:1 to true.'],
  [member, { 'resource.type': { equals: 'vault' }, 'user.level': { equals: 3 } }, 'Set level of ann to 3.'],
  [member, { 'user.key': { equals: 'ann' }, 'user.level': { equals: 3 } }, 'Set level of ann to 3.'],
  [member, { 'resource.type': { equals: 'safe' } }],
  [stored({}), { 'resource.type': { equals: 'safe' } }],
  [member, { 'other.level': { equals: 3 } }],
  [member, { 'user.roles': { equals: 'chief' } }],
  [member, { 'user.roles': { array_subset: ['chief'] } }],
  [
    { tenants: { acme: {} } },
    { 'tenant.plan': { equals: 'pro' } },
    'Set plan of the tenant acme to "pro" and give ann the role guard in acme.',
  ],
  // Facts that are already true are not part of a remedy, however many there are.
  [inMany('role'), { 'user.roles': { array_contains: 'chief' } }, 'Give ann the role chief in acme.'],
  [inMany('tenant'), { 'user.tenants': { array_contains: 'other' } }, 'Give ann the role guard in other.'],
  [
    inMany('tenant'),
    { 'user.tenants': { array_superset: [...tenNames, 'other'] } },
    'Give ann the role guard in other.',
  ],
  // A user who lost every role in a tenant is not a member of it.
  [
    { users: { ann: { roles: { acme: ['guard'], other: [] } } } },
    { 'user.tenants': { array_contains: 'other' } },
    'Give ann the role guard in other.',
  ],
  [
    { users: { ann: { roles: { acme: ['guard'] } } }, tenants: { acme: { attributes: { tags: ['a'] } } } },
    { 'tenant.tags': { array_contains: 'b' } },
    'Set tags of the tenant acme to ["a","b"].',
  ],
  [has({ address: 'Seoul' }), isKorean, 'Set address of ann to {"country":"KR"}.'],
  [has({ address: null }), isKorean, 'Set address of ann to {"country":"KR"}.'],
  // Removing a fact is not a remedy.
  [member, { not: { 'user.roles': { array_contains: 'guard' } } }],
  [member, { not: { 'user.tenants': { array_contains: 'acme' } } }],
])('about an instance: facts %j, condition %j: remedies are %s', (facts, where, ...wanted) => {
  expect(textsOf(vault(where), facts, { ...open, instance: '1' })).toEqual(wanted);
});

const choice = (name: string): object => ({
  anyOf: [{ [`user.${name}`]: { equals: 1 } }, { [`user.${name}`]: { equals: 2 } }],
});

test('names at most twenty remedies, the smallest first, and bounds the search', () => {
  const names = Array.from({ length: 30 }, (_, index) => `role-${index}`);
  const roles = Object.fromEntries(names.map((name) => [name, { permissions: ['vault:open'] }]));
  const policy = vault({ allOf: names.slice(0, 25).map(choice) });
  expect(textsOf({ ...policy, roles: { ...policy.roles, ...roles } }, member, open)).toEqual(
    names.slice(0, 20).map((name) => `Give ann the role ${name} in acme.`),
  );
  const oneOfMany = vault({ anyOf: names.map((name) => ({ [`user.${name}`]: { equals: 1 } })) });
  expect(textsOf(oneOfMany, member, open)).toHaveLength(16);
});

test('a remedy has at most six facts', () => {
  const where = (count: number) => ({
    allOf: tenNames.slice(0, count).map((name) => ({ [`user.${name}`]: { equals: 1 } })),
  });
  const [text = '', ...others] = textsOf(vault(where(6)), member, open);
  expect([text.match(/name-\d/g), others]).toEqual([tenNames.slice(0, 6), []]);
  expect(textsOf(vault(where(7)), member, open)).toEqual([]);
});

test('leaves out facts that are already true, and names all alternatives', () => {
  const where = {
    allOf: [
      { 'user.roles': { array_contains: 'guard' } },
      { anyOf: [{ 'user.level': { equals: 3 } }, { not: { 'user.away': { equals: true } } }] },
    ],
  };
  const facts: Facts = { users: { ann: { roles: { acme: ['guard'] }, attributes: { away: true } } } };
  expect(textsOf(vault(where), facts, open)).toEqual(['Set level of ann to 3.', 'Set away of ann to false.']);
});

test('a condition that no fact can meet has no remedy, and the text reports that', () => {
  const explanation = explain({
    policy: vault({ 'user.key': { equals: 'bob' } }),
    facts: member,
    check: open,
  });
  expect(explanation).toMatchObject({ outcome: 'deny', remedies: [] });
  expect(explanation.text).toContain('No single role, link or attribute would allow it.');
});

test('when the check carries an attribute, the remedy changes the check and not the stored attribute', () => {
  const explanation = example.as('ann', 'acme').why('reports:edit', { key: '3', attributes: { pages: 10 } });
  expect(explanation).toMatchObject({ outcome: 'deny' });
  expect(explanation.text).toContain('Ask with resource.pages = 9.');
});

test('does not suggest comparing with an attribute that has no value', () => {
  const where = {
    anyOf: [{ 'resource.open': { equals: true } }, { 'resource.open': { equals: { ref: 'user.open' } } }],
  };
  const check = { ...open, instance: '1', attributes: { open: false } };
  expect(textsOf(vault(where), stored({ open: true }), check)).toEqual([
    'Ask with resource.open = true.',
    'Set open of ann to false.',
  ]);
});

test('suggests a link to an instance on which the user has a role, as data and as text', () => {
  const facts: Facts<typeof examplePolicy> = {
    users: { ann: { instanceRoles: { 'collections:q3': ['editor'] } } },
    instances: {
      'collections:q3': { tenant: 'acme' },
      'collections:abroad': { tenant: 'other' },
      'reports:1': { tenant: 'acme' },
    },
  };
  const check = { subject: 'ann', tenant: 'acme', permission: 'reports:edit', instance: '1' };
  const explanation = explain({ policy: examplePolicy, facts, check });
  expect(explanation).toMatchObject({
    outcome: 'deny',
    held: [],
    remedies: expect.arrayContaining([
      {
        changes: [{ kind: 'relation', subject: 'collections:q3', relation: 'parent', object: 'reports:1' }],
        text: 'Make collections:q3 the parent of reports:1.',
      },
    ]),
  });
});

test('returns paths as data: the role, its links, and the rule', () => {
  expect(example.as('dora', 'acme').why('reports:edit', '1')).toMatchObject({
    outcome: 'allow',
    permission: 'reports:edit',
    instance: '1',
    paths: [
      {
        kind: 'instance-role',
        role: 'owner',
        object: 'accounts:main',
        derives: [
          { relation: 'account', object: 'collections:q3', role: 'editor' },
          { relation: 'parent', object: 'reports:1', role: 'editor' },
        ],
      },
    ],
  });
  expect(example.as('bob', 'acme').why('collections:view')).toMatchObject({
    paths: [{ kind: 'tenant-role', role: 'editor', tenant: 'acme', inherits: ['viewer'] }],
  });
  expect(example.as('bob', 'acme').why('reports:view', '1')).toMatchObject({
    paths: [{ kind: 'rule', rule: 0, holder: { userSet: 'cleared' }, on: { resourceSet: 'confidential' } }],
  });
  expect(example.as('bob', 'acme').why('audit:view')).toMatchObject({
    paths: [
      {
        kind: 'rule',
        rule: 2,
        holder: { role: 'editor' },
        on: { resource: 'audit' },
        text: 'bob → editor in acme → all audit → audit:view',
      },
    ],
  });
});

test('the text names each role, permission and condition, and what is missing from the policy', () => {
  const policy = vault(
    { 'user.level': { equals: 3 } },
    {
      resources: { vault: { actions: ['open', 'close', 'look'] } },
      roles: {
        guard: { permissions: ['vault:close', 'vault:look'] },
        chief: { permissions: ['vault:look'] },
        guest: { permissions: [] },
      },
      userSets: {
        set: { where: { 'user.level': { equals: 3 } } },
        other: { where: { 'user.level': { 'greater-than': 2 } } },
      },
      rules: [],
    },
  );
  const roles = { acme: ['guard', 'chief', 'guest'] };
  const facts: Facts = { users: { ann: { roles, attributes: { level: 3 } } } };
  expect(explain({ policy, facts, check: { ...open, permission: 'vault:burn' } }).text.split('\n')).toEqual([
    'ann cannot vault:burn in acme.',
    '  The policy has no such permission.',
    '  Holds: guard in acme (vault:close, vault:look), chief in acme (vault:look), guest in acme (no permission of the policy).',
    '  Conditions met: other, set.',
    '  No single role, link or attribute would allow it.',
  ]);
});

test('notes a role that is not derived because the user holds another one directly', () => {
  expect(example.as('dora', 'acme').why('reports:edit', '2')).toMatchObject({
    outcome: 'deny',
    notes: [{ kind: 'suppressed', role: 'editor', object: 'reports:2' }],
    held: [{ kind: 'instance-role', role: 'reader', object: 'reports:2' }],
  });
});

test('notes an instance of another tenant, but not an unknown instance or one of the same tenant', () => {
  const noted = example.as('dora', 'other').why('reports:edit', '3');
  expect(noted).toMatchObject({
    outcome: 'deny',
    notes: [{ kind: 'other-tenant', object: 'reports:3', tenant: 'acme' }],
  });
  expect(noted.text).toContain('reports:3 belongs to acme.');
  expect(example.as('dora', 'other').why('reports:edit', 'unknown')).toMatchObject({ notes: [] });
  expect(example.as('dora', 'acme').why('reports:edit', '3')).toMatchObject({ notes: [] });
});

test('a permission that is not in the policy is denied without a remedy', () => {
  const check = { subject: 'carl', tenant: 'acme', permission: 'reports:burn' };
  const facts: Facts = { users: { carl: { roles: { acme: ['admin'] } } } };
  expect(explain({ policy: examplePolicy, facts, check })).toMatchObject({
    outcome: 'deny',
    notes: [{ kind: 'unknown-permission' }],
    remedies: [],
  });
});

test('a user or a resource named like a property of every object is unknown', () => {
  const text = example.as('constructor', 'acme').why('constructor:view' as 'audit:view').text; // oxlint-disable-line typescript/no-unsafe-type-assertion -- what the types reject
  expect(text).toContain('The policy has no such permission.');
  expect(text).toContain('constructor is not among the users.');
});

test('a tenant named like a property of every object has the remedies of any other tenant', () => {
  const chiefs = vault({ 'user.roles': { array_contains: 'chief' } });
  const { text } = explain({ policy: chiefs, facts: member, check: { ...open, tenant: 'constructor' } });
  expect(text).toContain('Give ann the role chief in constructor.');
});

test('reports when the PDP decides otherwise, for allow and deny', () => {
  const denied = explain({ policy: vault({ 'user.level': { equals: 3 } }), facts: member, check: open });
  const allowed = explain({
    policy: vault({ 'user.level': { equals: 3 } }),
    facts: has({ level: 3 }),
    check: open,
  });
  expect(compared(denied, 'deny')).toEqual({ ...denied, decided: 'deny', agrees: true });
  expect(compared(allowed, 'allow')).toEqual({ ...allowed, decided: 'allow', agrees: true });
  for (const [explanation, decided, line] of [
    [denied, 'allow', 'The PDP allows ann vault:open all the same'],
    [allowed, 'deny', 'The PDP denies ann vault:open all the same'],
  ] as const) {
    const { text, ...others } = compared(explanation, decided);
    expect(others).toMatchObject({ outcome: explanation.outcome, decided, agrees: false });
    expect(text.startsWith(`${explanation.text}\n`)).toBe(true);
    expect(text).toContain(line);
  }
});
