import { and, eq, inArray } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { collections, reports, shares } from '../tables.ts';
import { uuidsAmong } from '../../../directory/shared-resources.ts';
import type { SharedInstance } from './instance-roles.ts';

export interface StoredShare {
  readonly subject: string;
  readonly role: string;
  /** The Permit key of the assigner. */
  readonly by: string;
  readonly at: Date;
}

type Writer = Pick<NodePgDatabase, 'insert' | 'delete'>;

const here = ({ tenant, resource, id }: SharedInstance) =>
  and(eq(shares.tenant, tenant), eq(shares.resource, resource), eq(shares.instance, id));

export function sharesOn(db: NodePgDatabase, on: SharedInstance): Promise<StoredShare[]> {
  const { subject, role, by, at } = shares;
  return db.select({ subject, role, by, at }).from(shares).where(here(on));
}

export async function sharedReportsOf(
  db: NodePgDatabase,
  of: { readonly tenant: string; readonly subject: string; readonly reports: readonly string[] },
): Promise<(StoredShare & { readonly report: string })[]> {
  const { tenant, resource, instance: report, subject, role, by, at } = shares;
  return db
    .select({ report, subject, role, by, at })
    .from(shares)
    .where(
      and(
        eq(tenant, of.tenant),
        eq(resource, 'reports'),
        inArray(report, uuidsAmong(of.reports)),
        eq(subject, of.subject),
      ),
    );
}

/** Returns the roles that were assigned in the console, with instances as `reports:<id>`. */
export async function sharesAmong(
  db: NodePgDatabase,
  of: { readonly tenant: string; readonly subjects: readonly string[] },
): Promise<(StoredShare & { readonly instance: string })[]> {
  const { tenant, resource, instance, subject, role, by, at } = shares;
  const found = await db
    .select({ resource, instance, subject, role, by, at })
    .from(shares)
    .where(and(eq(tenant, of.tenant), inArray(subject, [...of.subjects])));
  return found.map(({ resource: of, instance: id, ...given }) => ({ ...given, instance: `${of}:${id}` }));
}

/** Returns the reports and collections that these users created, as `reports:<id>`. Their creators became owners. */
export async function createdAmong(
  db: NodePgDatabase,
  of: { readonly tenant: string; readonly subjects: readonly string[] },
): Promise<{ readonly instance: string; readonly subject: string; readonly at: Date }[]> {
  const created = Object.entries({ reports, collections }).map(async ([resource, table]) => {
    const { id, tenant, ownerKey: subject, createdAt: at } = table;
    const found = await db
      .select({ id, subject, at })
      .from(table)
      .where(and(eq(tenant, of.tenant), inArray(subject, [...of.subjects])));
    return found.map((one) => ({ subject: one.subject, at: one.at, instance: `${resource}:${one.id}` }));
  });
  return (await Promise.all(created)).flat();
}

export async function recordShare(db: Writer, on: SharedInstance, given: StoredShare): Promise<void> {
  const { tenant, resource, id: instance } = on;
  const { by, at } = given;
  await db
    .insert(shares)
    .values({ tenant, resource, instance, ...given })
    .onConflictDoUpdate({ target: [shares.instance, shares.subject, shares.role], set: { by, at } });
}

/** Deletes the record of who assigned a role; without `role`, the records of all roles on the instance. */
export async function forgetShares(
  db: Writer,
  on: SharedInstance,
  role?: Pick<StoredShare, 'subject' | 'role'>,
): Promise<void> {
  const one =
    role === undefined ? undefined : and(eq(shares.subject, role.subject), eq(shares.role, role.role));
  await db.delete(shares).where(and(here(on), one));
}
