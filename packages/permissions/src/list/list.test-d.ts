import type { SQL } from 'drizzle-orm';
import { boolean, integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import type { Expression, Kysely, SqlBool } from 'kysely';
import { expectTypeOf, test } from 'vitest';
import type { Permissions, PolicyPermissions } from '../core/permissions.ts';
import { definePolicy } from '../core/define-policy.ts';
import { drizzleWhere } from './drizzle.ts';
import { kyselyWhere } from './kysely.ts';
import type { ListPlan } from './list-plan.ts';
import { prismaWhere } from './prisma.ts';

declare const permissions: Permissions<'documents:view'>;
/** As `definePolicy` types it. */
const policy = definePolicy({
  resources: {
    folders: { actions: ['view'] },
    documents: {
      actions: ['view'],
      relations: { parent: 'folders' },
      attributes: { status: 'string', pages: 'number', isPublic: 'bool', tags: 'array' },
    },
  },
  roles: { member: { permissions: ['documents:view'] } },
  defaultRole: 'member',
});
declare const typed: PolicyPermissions<typeof policy>;
declare const plan: ListPlan<never>;
declare const byParent: ListPlan<'parent'>;

test("a plan's type has the relations that it was planned with", async () => {
  expectTypeOf(await permissions.list('documents:view')).toEqualTypeOf<ListPlan<never>>();
  expectTypeOf(await permissions.list('documents:view', { relations: ['parent'] })).toEqualTypeOf<
    ListPlan<'parent'>
  >();
  // @ts-expect-error -- no such permission
  void permissions.list('documents:fly');
});

test("the policy's relations and attributes are those of the plan", async () => {
  expectTypeOf(await typed.list('documents:view', { relations: ['parent'] })).toEqualTypeOf<
    ListPlan<
      'parent',
      {
        readonly status: 'string';
        readonly pages: 'number';
        readonly isPublic: 'bool';
        readonly tags: 'array';
      }
    >
  >();
  expectTypeOf(await typed.list('documents:view')).toExtend<ListPlan<never>>();
  expectTypeOf(typed).toExtend<Permissions<'documents:view' | 'folders:view', 'member'>>();
  // @ts-expect-error -- no such relation
  void typed.list('documents:view', { relations: ['parnt'] });
  // @ts-expect-error -- a relation of documents, not of folders
  void typed.list('folders:view', { relations: ['parent'] });
});

const documents = pgTable('documents', {
  id: uuid().primaryKey(),
  tenant: text().notNull(),
  parent: text(),
  status: text(),
  pages: integer(),
  isPublic: boolean(),
  createdAt: timestamp(),
});

test("Drizzle: requires the relations' columns, and column types that compare as Permit does", () => {
  const { tenant, id, parent, createdAt } = documents;
  drizzleWhere(plan, { tenant, id });
  expectTypeOf(drizzleWhere(byParent, { tenant, id, relations: { parent } })).toEqualTypeOf<SQL>();
  // @ts-expect-error -- the column of the relation is missing
  drizzleWhere(byParent, { tenant, id });
  // @ts-expect-error -- no such relation
  drizzleWhere(byParent, { tenant, id, relations: { parent, parnt: parent } });
  // @ts-expect-error -- the plan has no relations
  drizzleWhere(plan, { tenant, id, relations: { parent } });
  // @ts-expect-error -- no tenant
  drizzleWhere(plan, { id });
  // @ts-expect-error -- a time is not a key
  drizzleWhere(plan, { tenant, id: createdAt });
});

test('Drizzle: a column for each attribute, of its type', async () => {
  const { tenant, id, status, pages, isPublic } = documents;
  const known = await typed.list('documents:view');
  const all = { status, pages, isPublic };
  expectTypeOf(drizzleWhere(known, { tenant, id, attributes: all })).toEqualTypeOf<SQL>();
  // @ts-expect-error -- no such attribute
  drizzleWhere(known, { tenant, id, attributes: { stats: status } });
  // @ts-expect-error -- a text column for a number
  drizzleWhere(known, { tenant, id, attributes: { pages: status } });
  // @ts-expect-error -- a number column for a text
  drizzleWhere(known, { tenant, id, attributes: { status: pages } });
  // @ts-expect-error -- lists cannot compare arrays
  drizzleWhere(known, { tenant, id, attributes: { tags: status } });
  // @ts-expect-error -- folders have no attributes
  drizzleWhere(await typed.list('folders:view'), { tenant, id, attributes: { status } });
  // The type of a plan that was stored as JSON does not restrict the attributes.
  drizzleWhere(plan, { tenant, id, attributes: { status: pages } });
});

interface Database {
  documents: {
    id: string;
    number: number;
    tenant: string;
    parent: string | null;
    isPublic: boolean;
    createdAt: Date;
  };
}
declare const db: Kysely<Database>;

test('Kysely: columns are references', () => {
  db.selectFrom('documents').where((eb) => {
    const [tenant, id] = [eb.ref('tenant'), eb.ref('documents.id')];
    kyselyWhere(plan, { tenant, id: { column: eb.ref('number'), as: 'integer' } });
    // @ts-expect-error -- keys are text: declare what the column holds
    kyselyWhere(plan, { tenant, id: eb.ref('number') });
    // @ts-expect-error -- the column of the relation is missing
    kyselyWhere(byParent, { tenant, id });
    // @ts-expect-error -- a time is not a key
    kyselyWhere(plan, { tenant, id: eb.ref('createdAt') });
    const where = kyselyWhere(byParent, { tenant, id, relations: { parent: eb.ref('parent') } });
    expectTypeOf(where).toEqualTypeOf<Expression<SqlBool>>();
    return where;
  });
});

test('Kysely: a column for each attribute, of its type', async () => {
  const known = await typed.list('documents:view');
  db.selectFrom('documents').where((eb) => {
    const [tenant, id] = [eb.ref('tenant'), eb.ref('id')];
    // @ts-expect-error -- no such attribute
    kyselyWhere(known, { tenant, id, attributes: { stats: eb.ref('parent') } });
    // @ts-expect-error -- a text column for a number
    kyselyWhere(known, { tenant, id, attributes: { pages: { column: eb.ref('parent'), as: 'integer' } } });
    // @ts-expect-error -- whether the column holds fractions is not declared
    kyselyWhere(known, { tenant, id, attributes: { pages: eb.ref('number') } });
    // @ts-expect-error -- a number column for a text
    kyselyWhere(known, { tenant, id, attributes: { status: eb.ref('number') } });
    const attributes = {
      status: eb.ref('parent'),
      pages: { column: eb.ref('number'), as: 'integer' },
      isPublic: eb.ref('isPublic'),
    } as const;
    const where = kyselyWhere(known, { tenant, id, attributes });
    expectTypeOf(where).toEqualTypeOf<Expression<SqlBool>>();
    return where;
  });
});

/** A type as Prisma generates it. */
interface DocumentWhereInput {
  AND?: DocumentWhereInput | DocumentWhereInput[];
  OR?: DocumentWhereInput[];
  NOT?: DocumentWhereInput | DocumentWhereInput[];
  id?: IntFilter | number;
  tenant?: StringFilter | string;
  parent?: StringNullableFilter | string | null;
  status?: EnumStatusFilter | 'draft' | 'published';
  createdAt?: DateTimeFilter | Date | string;
}
interface IntFilter {
  equals?: number;
  in?: number[];
}
interface StringFilter {
  equals?: string;
  in?: string[];
}
interface StringNullableFilter {
  equals?: string | null;
  in?: string[] | null;
}
interface EnumStatusFilter {
  equals?: 'draft' | 'published';
}
interface DateTimeFilter {
  equals?: Date | string;
}

/** A signature as Prisma generates it. It infers its argument, so `prismaWhere` does not know the model. */
interface DocumentDelegate {
  findMany<T extends FindManyArgs>(args?: SelectSubset<T, FindManyArgs>): Promise<T[]>;
}
interface FindManyArgs {
  select?: { id?: boolean } | null;
  where?: DocumentWhereInput;
  take?: number;
}
type SelectSubset<T, U> = { [Key in keyof T]: Key extends keyof U ? T[Key] : never };
declare const prisma: {
  readonly document: DocumentDelegate;
  /** A signature that does not infer its argument, as in a wrapper. */
  readonly wrapped: { findMany(args?: FindManyArgs): Promise<void> };
};

test('Prisma: fields come from the generated type', () => {
  const id = { field: 'id', as: 'integer' } as const;
  const attributes = { status: 'status', folder: { nullable: 'parent' } } as const;
  const where: DocumentWhereInput = prismaWhere(plan, { tenant: 'tenant', id, attributes });
  expectTypeOf(where).toEqualTypeOf<DocumentWhereInput>();
  expectTypeOf(
    prismaWhere<DocumentWhereInput, 'parent'>(byParent, {
      tenant: 'tenant',
      id,
      relations: { parent: 'parent' },
    }),
  ).toEqualTypeOf<DocumentWhereInput>();
  // @ts-expect-error -- the field of the relation is missing
  prismaWhere<DocumentWhereInput, 'parent'>(byParent, { tenant: 'tenant', id });
  // @ts-expect-error -- keys are text: declare what the field holds
  prismaWhere<DocumentWhereInput>(plan, { tenant: 'tenant', id: 'id' });
  // @ts-expect-error -- there is no such field
  prismaWhere<DocumentWhereInput>(plan, { tenant: 'owner', id });
  // @ts-expect-error -- a field that may be NULL declares it
  prismaWhere<DocumentWhereInput>(plan, { tenant: 'tenant', id, attributes: { folder: 'parent' } });
  // @ts-expect-error -- a time is compared as a time, not as text
  prismaWhere<DocumentWhereInput>(plan, { tenant: 'tenant', id, attributes: { at: 'createdAt' } });
});

test('Prisma: in a query', async () => {
  const id = { field: 'id', as: 'integer' } as const;
  const known = await typed.list('documents:view', { relations: ['parent'] });
  const fields = { tenant: 'tenant', id, relations: { parent: 'parent' } } as const;
  await prisma.document.findMany({ where: prismaWhere(plan, { tenant: 'tenant', id }), take: 1 });
  await prisma.document.findMany({ where: prismaWhere(known, fields) });
  // @ts-expect-error -- there is no such field
  await prisma.document.findMany({ where: prismaWhere(plan, { tenant: 'tenat', id }) });
  // @ts-expect-error -- the id is a number
  await prisma.document.findMany({ where: prismaWhere(plan, { tenant: 'tenant', id: 'id' }) });
  // @ts-expect-error -- the field of the relation is missing
  await prisma.document.findMany({ where: prismaWhere(known, { tenant: 'tenant', id }) });

  const attributes = { status: 'status' } as const;
  await prisma.document.findMany({ where: { AND: [prismaWhere(known, { ...fields, attributes })] } });
  const wrapped = prisma.wrapped.findMany({ where: prismaWhere(known, { ...fields, attributes }) });
  expectTypeOf(wrapped).resolves.toBeVoid();
  await prisma.document.findMany({
    where: {
      AND: [
        prismaWhere(known, {
          ...fields,
          // @ts-expect-error -- no such attribute
          attributes: { stats: 'status' },
        }),
      ],
    },
  });
  await prisma.document.findMany({
    where: {
      AND: [
        prismaWhere(known, {
          ...fields,
          // @ts-expect-error -- a text field for a number
          attributes: { pages: 'status' },
        }),
      ],
    },
  });
});
