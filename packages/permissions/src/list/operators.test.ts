import { expect, test } from 'vitest';
import type { Condition, Policy } from '../core/policy.ts';
import { ServerAttributes } from '../core/server-attributes.ts';
import { createTestPermissions } from '../testing/create-test-permissions.ts';
import { openRowTable } from './fixtures/row-table.ts';
import { ListNotPlannableError, type ListPlan } from './list-plan.ts';
import { meets, type ListRow } from './meets.ts';

/* Random cases rarely reach the decisive combinations of operators and types. */

const stored = {
  status: [null, '', 'red', 'Red', 'r%d', 'reds'],
  size: [null, 0, 1, 1.5, 2, 3],
  pages: [null, -(2 ** 31), 0, 1, 2, 2 ** 31 - 1],
  open: [null, true, false],
  due: [null, 'red', '2026-02-01'],
} as const;
type Column = keyof typeof stored;
const columns: readonly Column[] = ['status', 'size', 'pages', 'open', 'due'];

const scalars = ['red', 'Red', 'r%d', 'e', '', 1, 2, 1.5, -1.5, 2 ** 40, -(2 ** 40), true, false, null];
const lists = [
  [],
  [1],
  [1, 2],
  [2, 1],
  [1, 2, 3],
  [0.5, 2 ** 40],
  [-(2 ** 40), 1.5],
  [1, 'red'],
  ['red', 1],
  ['red', 'Red'],
  ['red', 2, true],
  [null],
];
const attributes = { dept: 'reds', empty: '', level: 2, active: true, teams: ['red', 2], sizes: [1, 2] };
const refs = [...Object.keys(attributes), 'roles', 'absent'].map((name) => `user.${name}`);

const policyOf = (where: Condition): Policy => ({
  userAttributes: {
    dept: 'string',
    empty: 'string',
    level: 'number',
    active: 'bool',
    teams: 'array',
    sizes: 'array',
  },
  resources: {
    docs: {
      actions: ['view'],
      attributes: { status: 'string', size: 'number', pages: 'number', open: 'bool', due: 'time' },
    },
  },
  roles: { member: { permissions: [] } },
  resourceSets: { some: { resource: 'docs', where } },
  rules: [{ role: 'member', resourceSet: 'some', permissions: ['docs:view'] }],
  defaultRole: 'member',
});

const rowsOf = (column: Column): ListRow[] =>
  stored[column].map((value, at) => ({ tenant: 'acme', id: String(at), attributes: { [column]: value } }));

/** Including those that plans cannot express. */
function comparisons(column: Column, operator: string) {
  const isText = column === 'status' || column === 'due';
  return [
    // Plans refuse `in` with a string, which refers to an attribute.
    ...[...scalars, ...lists].map((value) => ({
      where: { [`resource.${column}`]: { [operator]: value } },
      refused: operator === 'in' && typeof value === 'string',
    })),
    ...refs.map((ref) => ({ where: { [`resource.${column}`]: { [operator]: { ref } } }, refused: false })),
    // Plans refuse `contains` here, because it means that the user's string contains the row's string.
    ...refs.map((path) => ({
      where: { [path]: { [operator]: { ref: `resource.${column}` } } },
      refused: operator === 'contains' && isText && ['user.dept', 'user.empty'].includes(path),
    })),
  ];
}

async function planned(where: Condition, rows: readonly ListRow[]) {
  const person = createTestPermissions(policyOf(where), {
    users: { ann: { roles: { acme: ['member'] }, attributes } },
  }).as('ann', 'acme');
  const matching = await person.filter('docs:view', rows, ({ id, attributes: row = {} }) => ({
    key: id,
    attributes: new ServerAttributes(
      'docs',
      Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)),
    ),
  }));
  const allowed = rows.flatMap((row, at) => (matching.includes(row) ? [at] : []));
  const plan = await person.list('docs:view').catch((error: unknown) => {
    if (error instanceof ListNotPlannableError) return error;
    throw error;
  });
  return { plan, allowed };
}

test.each([
  'equals',
  'not-equals',
  'less-than',
  'less-than-equals',
  'greater-than',
  'greater-than-equals',
  'between',
  'contains',
  'in',
  'array_contains',
  'array_subset',
  'array_superset',
  'array_intersect',
])('%s matches exactly the rows that individual checks allow', async (operator) => {
  const table = openRowTable();
  for (const column of columns) {
    const rows = rowsOf(column);
    table.store(rows);
    for (const { where, refused } of comparisons(column, operator)) {
      for (const condition of [where, { not: where }]) {
        const shown = JSON.stringify(condition);
        const { plan, allowed } = await planned(condition, rows); // oxlint-disable-line no-await-in-loop -- one after the other
        expect([shown, plan instanceof ListNotPlannableError && plan.reason]).toEqual([
          shown,
          refused && 'unsupported_condition',
        ]);
        if (plan instanceof ListNotPlannableError) continue;
        const matching = await matchingBy(plan, table, rows); // oxlint-disable-line no-await-in-loop -- one after the other
        for (const [by, positions] of Object.entries(matching))
          expect([shown, by, positions]).toEqual([shown, by, allowed]);
      }
    }
  }
});

/** A plan for all rows or none has no comparison, so it is evaluated only in memory. */
async function matchingBy(plan: ListPlan, table: ReturnType<typeof openRowTable>, rows: readonly ListRow[]) {
  const memory = rows.flatMap((row, at) => (meets(plan, row) ? [at] : []));
  if (plan.kind !== 'some') return { memory };
  // Prisma cannot match a substring exactly.
  const comparesParts = /"is":"(contains|lacks)"/.test(JSON.stringify(plan));
  return {
    memory,
    drizzle: await table.byDrizzle(plan),
    kysely: table.byKysely(plan),
    ...(!comparesParts && { prisma: table.byPrisma(plan) }),
  };
}

test.each<Condition>([
  {},
  { allOf: [] },
  { allOf: [{}] },
  { anyOf: [{}, { 'resource.status': { equals: 'red' } }] },
  { or: [{ 'resource.status': { equals: 'red' } }, { 'resource.status': { equals: 'Red' } }] },
  { and: [{ 'resource.status': { contains: 'e' } }, { 'resource.status': { contains: 'R' } }] },
  { allOf: { 'resource.status': { equals: 'red' } } },
  { allOf: ['red'] },
  { allOf: [[{ 'resource.status': { equals: 'red' } }]] },
  { not: 'red' },
  { not: {} },
  { not: [{ 'resource.status': { equals: 'red' } }, { 'resource.status': { equals: 'Red' } }] },
  { 'resource.status': 'red' },
  { 'resource.status': ['red'] },
  { 'resource.status': null },
  { 'resource.status': {} },
  { 'resource.status': { allOf: [] } },
  { 'resource.status': { not: 'red' } },
  { 'resource.status': { not: {} } },
  { 'resource.status': { anyOf: ['red', { equals: 'red' }] } },
  { 'resource.status': { anyOf: [{ equals: 'red' }, { equals: 'Red' }] } },
  { 'resource.status': { contains: 'e', not: { equals: 'red' } } },
  { 'user.dept': { equals: 'reds' }, 'resource.status': { equals: 'red' } },
  { 'user.roles': { array_contains: 'member' } },
  { 'resource.type': { equals: 'docs' } },
  { not: { 'resource.type': { equals: 'docs' } } },
])('%j matches exactly the rows that individual checks allow', async (where) => {
  const rows = rowsOf('status');
  for (const condition of [where, { not: where }, { anyOf: [where, { not: where }] }]) {
    const { plan, allowed } = await planned(condition, rows); // oxlint-disable-line no-await-in-loop -- one after the other
    if (plan instanceof ListNotPlannableError) throw plan;
    const matching = rows.flatMap((row, at) => (meets(plan, row) ? [at] : []));
    expect([JSON.stringify(condition), matching]).toEqual([JSON.stringify(condition), allowed]);
  }
});

test.each<Condition>([
  { 'resource.status': { equals: { ref: 'resource.due' } } },
  { 'resource.absent': { equals: 'red' } },
  { 'user.dept': { equals: { ref: 'resource.absent' } } },
  { 'resource.status.length': { equals: 3 } },
  { 'resource.status': { 'equals-ref': 'user.dept' } },
  { 'resource.status': { matches: 'red' } },
  { 'other.status': { equals: { ref: 'resource.status' } } },
])('refuses %j, which plans cannot express', async (where) => {
  const { plan } = await planned(where, []);
  expect(plan).toMatchObject({ code: 'LIST_NOT_PLANNABLE', reason: 'unsupported_condition' });
});
