import { and, eq, inArray } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { MailChoices } from '../../directory/notice.ts';
import { unwantedMails } from './tables.ts';

export function createMailChoices(db: NodePgDatabase): MailChoices {
  const { tenant, subject, kind } = unwantedMails;
  return {
    async unwantedBy(person) {
      const rows = await db
        .select({ kind })
        .from(unwantedMails)
        .where(and(eq(tenant, person.tenant), eq(subject, person.subject)));
      return rows.map((row) => row.kind);
    },
    async choose(person, of, isWanted) {
      if (!isWanted) {
        const row = { tenant: person.tenant, subject: person.subject, kind: of };
        await db.insert(unwantedMails).values(row).onConflictDoNothing();
        return;
      }
      await db
        .delete(unwantedMails)
        .where(and(eq(tenant, person.tenant), eq(subject, person.subject), eq(kind, of)));
    },
    async wanting(of, about, keys) {
      if (keys.length === 0) return [];
      const rows = await db
        .select({ subject })
        .from(unwantedMails)
        .where(and(eq(tenant, of), eq(kind, about), inArray(subject, [...keys])));
      const unwilling = new Set(rows.map((row) => row.subject));
      return keys.filter((key) => !unwilling.has(key));
    },
  };
}
