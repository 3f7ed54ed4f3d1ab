import { eq, sql, type SQL } from 'drizzle-orm';
import { dormantDays, type MemberFilter } from './member.ts';
import { members } from './tables.ts';

const maxWords = 8;

// If Logto has reported neither a sign-in nor a creation time, the user counts as seen now, and so is not dormant.
const lastSeen = sql`coalesce(${members.lastSignInAt}, ${members.createdAt}, now())`;
export const isDormantFor = (
  days: number,
): SQL => sql`(${members.kind} = 'person' and ${members.status} = 'active'
  and ${lastSeen} < now() - make_interval(days => ${sql.raw(String(days))}))`;
export const isDormant = isDormantFor(dormantDays);
const conditionOf = {
  dormant: isDormant,
  suspended: eq(members.status, 'suspended'),
  active: sql`(${members.status} = 'active' and not ${isDormant})`,
};

export function conditionsOf({
  search,
  role,
  source,
  status,
  kind,
  withRoles,
}: MemberFilter): (SQL | undefined)[] {
  const words = indexed(search ?? '')
    .split(/\s+/)
    .filter((word) => word !== '')
    .slice(0, maxWords);
  return [
    ...words.map((word) => sql`${members.searchText} like ${`%${escaped(word)}%`}`),
    role && sql`${members.roles} @> array[${role}]`,
    source && sql`${members.sources} @> array[${source}]`,
    role && source && sql`${members.sources}[array_position(${members.roles}, ${role})] = ${source}`,
    kind && eq(members.kind, kind),
    status && conditionOf[status],
    withRoles && sql`${members.roles} <> '{}'`,
  ];
}

export function searchable(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

/**
 * Encodes non-ASCII characters as letters and digits, because pg_trgm indexes only ASCII in a database with the locale
 * C: `민` becomes `Ubbfc`. The capital `U` is unambiguous, because all other text is lowercase.
 */
export function indexed(text: string): string {
  return searchable(text).replaceAll(
    /[\u0080-\uffff]/g,
    (unit) => `U${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function escaped(word: string): string {
  return word.replaceAll(/[\\%_]/g, String.raw`\$&`);
}
