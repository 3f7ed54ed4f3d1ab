import type { SQL } from 'drizzle-orm';
import { pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import type { Expression, Kysely, SqlBool } from 'kysely';
import { expectTypeOf, test } from 'vitest';
import type { Permissions } from '../core/permissions.ts';
import * as forDrizzle from './drizzle.ts';
import * as forKysely from './kysely.ts';
import type { ListPlan } from './list-plan.ts';
import * as forPrisma from './prisma.ts';

declare const permissions: Permissions<'documents:view'>;
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

const documents = pgTable('documents', {
  id: uuid().primaryKey(),
  tenant: text().notNull(),
  parent: text(),
  createdAt: timestamp(),
});

test("Drizzle: requires the relations' columns, and column types that compare as Permit does", () => {
  const { tenant, id, parent, createdAt } = documents;
  forDrizzle.whereOf(plan, { tenant, id });
  expectTypeOf(forDrizzle.whereOf(byParent, { tenant, id, relations: { parent } })).toEqualTypeOf<SQL>();
  // @ts-expect-error -- the column of the relation is missing
  forDrizzle.whereOf(byParent, { tenant, id });
  // @ts-expect-error -- no tenant
  forDrizzle.whereOf(plan, { id });
  // @ts-expect-error -- a time is no key
  forDrizzle.whereOf(plan, { tenant, id: createdAt });
});

interface Database {
  documents: { id: string; number: number; tenant: string; parent: string | null; createdAt: Date };
}
declare const db: Kysely<Database>;

test('Kysely: columns are references', () => {
  db.selectFrom('documents').where((eb) => {
    const [tenant, id] = [eb.ref('tenant'), eb.ref('documents.id')];
    forKysely.whereOf(plan, { tenant, id: { column: eb.ref('number'), as: 'number' } });
    // @ts-expect-error -- keys are text: declare what the column holds
    forKysely.whereOf(plan, { tenant, id: eb.ref('number') });
    // @ts-expect-error -- the column of the relation is missing
    forKysely.whereOf(byParent, { tenant, id });
    // @ts-expect-error -- a time is no key
    forKysely.whereOf(plan, { tenant, id: eb.ref('createdAt') });
    const where = forKysely.whereOf(byParent, { tenant, id, relations: { parent: eb.ref('parent') } });
    expectTypeOf(where).toEqualTypeOf<Expression<SqlBool>>();
    return where;
  });
});

/** The type that Prisma generates. */
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
}
interface StringFilter {
  equals?: string;
}
interface StringNullableFilter {
  equals?: string | null;
}
interface EnumStatusFilter {
  equals?: 'draft' | 'published';
}
interface DateTimeFilter {
  equals?: Date | string;
}

test('Prisma: fields come from the generated type', () => {
  const id = { field: 'id', as: 'number' } as const;
  const attributes = { status: 'status', folder: { nullable: 'parent' } } as const;
  const where: DocumentWhereInput = forPrisma.whereOf(plan, { tenant: 'tenant', id, attributes });
  expectTypeOf(where).toEqualTypeOf<DocumentWhereInput>();
  expectTypeOf(
    forPrisma.whereOf<DocumentWhereInput, 'parent'>(byParent, {
      tenant: 'tenant',
      id,
      relations: { parent: 'parent' },
    }),
  ).toEqualTypeOf<DocumentWhereInput>();
  // @ts-expect-error -- the field of the relation is missing
  forPrisma.whereOf<DocumentWhereInput, 'parent'>(byParent, { tenant: 'tenant', id });
  // @ts-expect-error -- keys are text: declare what the field holds
  forPrisma.whereOf<DocumentWhereInput>(plan, { tenant: 'tenant', id: 'id' });
  // @ts-expect-error -- there is no such field
  forPrisma.whereOf<DocumentWhereInput>(plan, { tenant: 'owner', id });
  // @ts-expect-error -- a field that may be NULL declares it
  forPrisma.whereOf<DocumentWhereInput>(plan, { tenant: 'tenant', id, attributes: { folder: 'parent' } });
  // @ts-expect-error -- a time is compared as a time, not as text
  forPrisma.whereOf<DocumentWhereInput>(plan, { tenant: 'tenant', id, attributes: { at: 'createdAt' } });
});
