import { and, desc, lt } from 'drizzle-orm';
import { pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Kysely } from 'kysely';
import { expect } from 'vitest';
import type { Facts } from '../facts/facts.ts';
import { definePolicy } from '../core/define-policy.ts';
import type { PolicyPermissions } from '../core/permissions.ts';
import { createTestPermissions } from '../testing/create-test-permissions.ts';
import { testPolicy } from '../testing/fixtures/test-policy.ts';
import { drizzleWhere } from '../list/drizzle.ts';
import { kyselyWhere } from '../list/kysely.ts';
import { prismaWhere } from '../list/prisma.ts';

/* The code of docs/guide/lists.md, for the compiler. `guides.test.ts` compares the two. */

/** As `definePolicy` types it. */
const documentsPolicy = definePolicy({
  resources: {
    folders: { actions: ['view'] },
    documents: {
      actions: ['view'],
      relations: { parent: 'folders' },
      attributes: { status: 'string', dept: 'string' },
    },
  },
  roles: { member: { permissions: ['documents:view'] } },
  defaultRole: 'member',
});
declare const permissions: PolicyPermissions<typeof documentsPolicy>;
declare const cursor: Date;

const documents = pgTable('documents', {
  id: text().primaryKey(),
  tenant: text().notNull(),
  folderId: text(),
  status: text().notNull(),
  createdAt: timestamp().notNull(),
});

export async function inDrizzle(db: NodePgDatabase) {
  async function first() {
    const plan = await permissions.list('documents:view');
    const page = await db
      .select()
      .from(documents)
      .where(drizzleWhere(plan, { tenant: documents.tenant, id: documents.id }))
      .orderBy(documents.id)
      .limit(50);
    return page;
  }
  async function withRelations() {
    const plan = await permissions.list('documents:view', { relations: ['parent'] });
    const columns = { tenant: documents.tenant, id: documents.id, relations: { parent: documents.folderId } };
    const where = drizzleWhere(plan, columns);
    return where;
  }
  const plan = await permissions.list('documents:view');
  const visible = drizzleWhere(plan, {
    tenant: documents.tenant,
    id: documents.id,
    attributes: { status: documents.status },
  });
  const page = await db
    .select()
    .from(documents)
    .where(and(visible, lt(documents.createdAt, cursor)))
    .orderBy(desc(documents.createdAt))
    .limit(50);
  const total = await db.$count(documents, visible);
  return { first, withRelations, page, total };
}

interface Database {
  documents: { id: number; tenant: string; status: string; createdAt: Date };
}

export async function inKysely(db: Kysely<Database>) {
  const plan = await permissions.list('documents:view');
  const page = await db
    .selectFrom('documents')
    .selectAll()
    .where((eb) =>
      kyselyWhere(plan, {
        tenant: eb.ref('tenant'),
        id: { column: eb.ref('id'), as: 'integer' },
        attributes: { status: eb.ref('status') },
      }),
    )
    .orderBy('createdAt', 'desc')
    .limit(50)
    .execute();
  return page;
}

/** As Prisma generates it. */
declare namespace Prisma {
  interface DocumentWhereInput {
    AND?: DocumentWhereInput | DocumentWhereInput[];
    OR?: DocumentWhereInput[];
    id?: { equals?: number; in?: number[] } | number;
    tenant?: { equals?: string } | string;
    status?: { equals?: string } | string;
    dept?: { equals?: string | null } | string | null;
    createdAt?: { lt?: Date | string } | Date | string;
  }
}
interface FindManyArgs {
  where?: Prisma.DocumentWhereInput;
  orderBy?: { createdAt?: 'asc' | 'desc' };
  take?: number;
}
interface DocumentDelegate {
  findMany<T extends FindManyArgs>(query: {
    [Key in keyof T]: Key extends keyof FindManyArgs ? T[Key] : never;
  }): Promise<{ id: number }[]>;
  count(query: { where?: Prisma.DocumentWhereInput }): Promise<number>;
}

export async function inPrisma(prisma: { document: DocumentDelegate }) {
  const plan = await permissions.list('documents:view');
  const visible: Prisma.DocumentWhereInput = prismaWhere(plan, {
    tenant: 'tenant',
    id: { field: 'id', as: 'integer' },
    attributes: { status: 'status', dept: { nullable: 'dept' } },
  });
  const page = await prisma.document.findMany({
    where: { AND: [visible, { createdAt: { lt: cursor } }] },
    orderBy: { createdAt: 'desc' },
    take: 50,
  });
  const total = await prisma.document.count({ where: visible });
  const drafts = await prisma.document.findMany({
    where: {
      AND: [
        prismaWhere(plan, {
          tenant: 'tenant',
          id: { field: 'id', as: 'integer' },
          attributes: { status: 'status', dept: { nullable: 'dept' } },
        }),
        { status: 'draft' },
      ],
    },
  });
  return { page, total, drafts };
}

export async function inTests(policy: typeof testPolicy, facts: Facts<typeof testPolicy>) {
  const plan = await createTestPermissions(policy, facts).as('ann', 'acme').list('reports:view');
  expect(plan).toMatchObject({ any: [{ by: 'id', keys: ['memo'] }] });
}
