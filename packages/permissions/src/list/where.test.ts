import type { SQL } from 'drizzle-orm';
import { bigint, date, integer, PgDialect, pgEnum, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { mysqlTable, varchar } from 'drizzle-orm/mysql-core';
import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely';
import { describe, expect, test } from 'vitest';
import { drizzleWhere } from './drizzle.ts';
import { openRowTable } from './fixtures/row-table.ts';
import { kyselyWhere } from './kysely.ts';
import { maxListKeys, type ListAlternative, type ListPlan } from './list-plan.ts';
import { meets, type ListRow } from './meets.ts';
import { prismaWhere } from './prisma.ts';
import type { RowComparison } from './row-condition.ts';

const some = (first: ListAlternative, ...more: ListAlternative[]): ListPlan => ({
  kind: 'some',
  permission: 'rows:view',
  tenant: 'acme',
  any: [first, ...more],
});
const byId = (...keys: string[]): ListPlan => some({ by: 'id', keys });
const where = (condition: RowComparison): ListPlan => some({ by: 'condition', where: condition });

const status = { attribute: 'status', type: 'string' } as const;

const everywhere = (...matching: number[]) => ({ memory: matching, drizzle: matching, kysely: matching });

describe('in a database', () => {
  const table = openRowTable();
  const rows: ListRow[] = ['a', 'A', 'b'].flatMap((id) =>
    ['acme', 'Acme'].map((tenant) => ({ tenant, id, attributes: { status: id } })),
  );
  const matchingBy = async (plan: ListPlan) => {
    table.store(rows);
    return {
      memory: rows.flatMap((row, at) => (meets(plan, row) ? [at] : [])),
      drizzle: await table.byDrizzle(plan),
      kysely: table.byKysely(plan),
    };
  };

  test('text comparison is case-sensitive for tenants, keys, attributes and substrings', async () => {
    expect(await matchingBy(byId('a'))).toEqual(everywhere(0));
    const all: ListPlan = { kind: 'all', permission: 'rows:view', tenant: 'Acme' };
    expect(await matchingBy(all)).toEqual(everywhere(1, 3, 5));
    const ofStatus = (is: 'contains' | 'lacks', value: string) => where({ ...status, is, value });
    expect(await matchingBy(where({ ...status, is: 'in', values: ['A', 'x'] }))).toEqual(everywhere(2));
    expect(await matchingBy(ofStatus('contains', 'a'))).toEqual(everywhere(0));
    expect(await matchingBy(ofStatus('lacks', 'a'))).toEqual(everywhere(2, 4));
    expect(await matchingBy(ofStatus('contains', '%'))).toEqual(everywhere());
  });

  test(`${maxListKeys} keys fit into one statement`, async () => {
    const keys = Array.from({ length: maxListKeys - 1 }, (_, index) => `other-${index}`);
    expect(await matchingBy(byId('b', ...keys))).toEqual(everywhere(4));
  });

  test('a plan for no rows and a list without keys return nothing', async () => {
    const none: ListPlan = { kind: 'none', permission: 'rows:view', tenant: 'acme' };
    expect(await matchingBy(none)).toEqual(everywhere());
    expect(await matchingBy(byId())).toEqual(everywhere());
  });
});

const state = pgEnum('state', ['draft', 'published']);
const reports = pgTable('reports', {
  tenant: text('tenant').notNull(),
  id: uuid('id').primaryKey(),
  number: integer('number').notNull(),
  serial: bigint('serial', { mode: 'bigint' }).notNull(),
  state: state('state').notNull(),
  madeOn: date('made_on'),
});
const { tenant, id, number, serial } = reports;
const query = (condition: SQL) => new PgDialect().sqlToQuery(condition);
const lower = '0f8fad5b-d9cb-469f-a165-70867728950e';

describe('compares keys in their canonical form only', () => {
  const keys = byId(
    lower,
    lower.toUpperCase(),
    '42',
    '042',
    '4.2',
    '99999999999',
    '9'.repeat(19),
    '9'.repeat(20),
    'x',
  );

  test('Drizzle derives the format from the column', () => {
    expect(query(drizzleWhere(keys, { tenant, id }))).toMatchObject({
      sql: '("reports"."tenant" = $1 and "reports"."id" = $2)',
      params: ['acme', lower],
    });
    expect(query(drizzleWhere(keys, { tenant, id: number })).params).toEqual(['acme', 42]);
    expect(query(drizzleWhere(keys, { tenant, id: serial })).params).toEqual(['acme', 42n, 99_999_999_999n]);
    expect(query(drizzleWhere(keys, { tenant, id: reports.state })).params).toEqual(['acme']);
  });

  test('Kysely and Prisma take the format as an option', () => {
    const kysely = new Kysely<{ reports: { tenant: string; id: string; number: number; serial: bigint } }>({
      dialect: {
        createAdapter: () => new PostgresAdapter(),
        createDriver: () => new DummyDriver(),
        createIntrospector: (db) => new PostgresIntrospector(db),
        createQueryCompiler: () => new PostgresQueryCompiler(),
      },
    });
    const parametersOf = (column: 'id' | 'number' | 'long' | 'serial') =>
      kysely
        .selectFrom('reports')
        .where((eb) => {
          const as = {
            id: { column: eb.ref('id'), as: 'uuid' },
            number: { column: eb.ref('number'), as: 'integer' },
            long: { column: eb.ref('number'), as: 'number' },
            serial: { column: eb.ref('serial'), as: 'bigint' },
          } as const;
          return kyselyWhere(keys, { tenant: eb.ref('tenant'), id: as[column] });
        })
        .compile().parameters;
    expect(parametersOf('id')).toEqual(['acme', lower]);
    expect(parametersOf('number')).toEqual(['acme', 42]);
    expect(parametersOf('long')).toEqual(['acme', 42, 99_999_999_999]);
    expect(parametersOf('serial')).toEqual(['acme', 42n, 99_999_999_999n]);

    interface Where {
      AND?: Where[];
      OR?: Where[];
      tenant?: string;
      number?: number;
    }
    const found: Where = prismaWhere(keys, { tenant: 'tenant', id: { field: 'number', as: 'integer' } });
    expect(found).toEqual({
      AND: [{ tenant: { equals: 'acme' } }, { OR: [{ number: { equals: 42 } }] }],
    });
  });
});

const refusal = (reason: string, text: string) =>
  expect.objectContaining({ code: 'LIST_NOT_PLANNABLE', reason, message: expect.stringContaining(text) });

const published = where({ ...status, is: 'in', values: ['published', 'gone'] });

describe('a column that the plan needs', () => {
  test('is named in the error when it is missing', () => {
    const byParent = some({ by: 'relation', relation: 'parent', keys: ['plans'] });
    expect(() => drizzleWhere(byParent, { tenant, id })).toThrow(
      refusal('missing_column', 'relations.parent'),
    );
    expect(() => drizzleWhere(published, { tenant, id })).toThrow(
      refusal('missing_column', 'attributes.status'),
    );
  });

  test('may be an enum, which is compared with its own values only', () => {
    const columns = { tenant, id, attributes: { status: reports.state } };
    expect(query(drizzleWhere(published, columns)).params).toEqual(['acme', 'published']);
    const other = where({ ...status, is: 'not-in', values: ['gone'] });
    expect(query(drizzleWhere(other, columns)).sql).toContain('"reports"."state" is not null');
  });

  test('is refused when it cannot hold such values', () => {
    const dated = { status: reports.madeOn };
    // @ts-expect-error -- JavaScript reads it as text, and PostgreSQL compares dates.
    expect(() => drizzleWhere(published, { tenant, id, attributes: dated })).toThrow(
      refusal('unsuitable_column', '"made_on"'),
    );
    expect(() => drizzleWhere(published, { tenant, id, attributes: { status: number } })).toThrow(
      refusal('unsuitable_column', '"number"'),
    );
    const long = where({ attribute: 'pages', type: 'number', is: 'greater-than', value: 9 });
    expect(() => drizzleWhere(long, { tenant, id, attributes: { pages: tenant } })).toThrow(
      refusal('unsuitable_column', '"tenant"'),
    );
  });

  test('is refused in MySQL, whose collations ignore case', () => {
    const mysql = mysqlTable('rows', { tenant: varchar({ length: 9 }), id: varchar({ length: 9 }) });
    // @ts-expect-error -- The compiler refuses it, too.
    expect(() => drizzleWhere(published, mysql)).toThrow(refusal('unsuitable_column', 'MySqlVarChar'));
  });
});

test('sends no number to an integer column that it cannot hold', () => {
  const pages = { attribute: 'pages', type: 'number' } as const;
  const rendered = (comparison: Partial<RowComparison>) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the parts of a comparison
    const plan = where({ ...pages, ...comparison } as RowComparison);
    const { sql: text, params } = query(drizzleWhere(plan, { tenant, id, attributes: { pages: number } }));
    return `${text.slice(text.indexOf(' and ') + 5, -1)} ${JSON.stringify(params.slice(1))}`;
  };
  expect(rendered({ is: 'less-than', value: 2.5 })).toBe('"reports"."number" <= $2 [2]');
  expect(rendered({ is: 'greater-than', value: 2 ** 31 - 1 })).toBe('"reports"."number" > $2 [2147483647]');
  expect(rendered({ is: 'less-than', value: 2 ** 31 })).toBe('"reports"."number" is not null []');
  expect(rendered({ is: 'greater-than', value: 2 ** 31 })).toBe('1 = 0 []');
  expect(rendered({ is: 'in', values: [2.5, -(2 ** 31), -(2 ** 31) - 1] })).toBe(
    '"reports"."number" = $2 [-2147483648]',
  );
  expect(rendered({ is: 'in', values: [2.5] })).toBe('1 = 0 []');
});

test('Prisma: a required field has no NULL, and a substring cannot be matched', () => {
  interface Where {
    AND?: Where[];
    OR?: Where[];
    tenant?: string;
    id?: string;
    status?: string;
  }
  const fields = { tenant: 'tenant', id: 'id', attributes: { status: 'status' } } as const;
  const rendered = (plan: ListPlan): Where => prismaWhere(plan, fields);
  expect(rendered(where({ ...status, is: 'absent' }))).toEqual({
    AND: [{ tenant: { equals: 'acme' } }, { OR: [{ tenant: { in: [] } }] }],
  });
  expect(rendered(where({ ...status, is: 'present' }))).toEqual({
    AND: [{ tenant: { equals: 'acme' } }, { OR: [{ tenant: { notIn: [] } }] }],
  });
  expect(() => rendered(where({ ...status, is: 'contains', value: 'x' }))).toThrow(
    refusal('unsupported_condition', 'Prisma'),
  );
  // Not `OR: []`, which Prisma ignores within the AND of a query, returning every row.
  const none: ListPlan = { kind: 'none', permission: 'rows:view', tenant: 'acme' };
  expect(rendered(none)).toEqual({ tenant: { in: [] } });
  const noNumber: Where & { number?: number } = prismaWhere(byId('x'), {
    tenant: 'tenant',
    id: { field: 'number', as: 'integer' },
  });
  expect(noNumber).toEqual({
    AND: [{ tenant: { equals: 'acme' } }, { OR: [{ tenant: { in: [] } }] }],
  });
});
