import { and, countDistinct, eq, gte, inArray, min, sql, type SQL } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { PermissionUse, PermissionUses } from '../../directory/permission-uses.ts';
import { auditEvents, permissionUses } from './tables.ts';

const pageSize = 5_000;
/** Milliseconds by which a stored time may be too early, because it is updated at most once an hour. */
const roundedDown = 3_600_000;

/** Reads when permissions were last used, from the roll-up of the audit log. */
export function createAuditUses(db: NodePgDatabase): PermissionUses {
  const { tenant: tenantOf, subject, permission, instance, lastAt } = permissionUses;
  const columns = { subject, permission, instance, lastAt };
  const usedSince = (tenant: string, since: Date) =>
    and(eq(tenantOf, tenant), gte(lastAt, new Date(since.getTime() - roundedDown)));

  return {
    async *readUses(tenant, since) {
      let after: SQL | undefined;
      for (;;) {
        // oxlint-disable-next-line no-await-in-loop -- a page follows the one before
        const rows = await db
          .select(columns)
          .from(permissionUses)
          .where(and(usedSince(tenant, since), after))
          .orderBy(subject, permission, instance)
          .limit(pageSize);
        const last = rows.at(-1);
        if (last !== undefined) yield rows.map(useOf);
        if (last === undefined || rows.length < pageSize) return;
        after = sql`(${subject}, ${permission}, ${instance}) > (${last.subject}, ${last.permission}, ${last.instance})`;
      }
    },

    async usesOf(tenant, { since, subjects }) {
      if (subjects.length === 0) return new Map<string, PermissionUse[]>();
      const rows = await db
        .select(columns)
        .from(permissionUses)
        .where(and(usedSince(tenant, since), inArray(subject, [...subjects])));
      return Map.groupBy(rows.map(useOf), (use) => use.subject);
    },

    async usersByPermission(tenant, since) {
      const rows = await db
        .select({ permission, users: countDistinct(subject) })
        .from(permissionUses)
        .where(usedSince(tenant, since))
        .groupBy(permission);
      return new Map(rows.map(({ users, ...row }) => [row.permission, users]));
    },

    async auditedSince(tenant) {
      const [first] = await db
        .select({ at: min(auditEvents.at) })
        .from(auditEvents)
        .where(eq(auditEvents.tenant, tenant));
      return first?.at ?? null;
    },
  };
}

function useOf(row: PermissionUse): PermissionUse {
  return { ...row, instance: row.instance === '' ? null : row.instance };
}
