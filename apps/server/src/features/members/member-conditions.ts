import { eq, sql, type SQL } from 'drizzle-orm';
import { dormantDays, type MemberFilter } from './member.ts';
import { members } from './tables.ts';

/** Maximum number of search terms. */
const mostWords = 8;

// A user whose last sign-in Logto has not reported is not dormant.
const lastSeen = sql`coalesce(${members.lastSignInAt}, ${members.createdAt}, now())`;
export const isDormantFor = (
  days: number,
): SQL => sql`(${members.kind} = 'person' and ${members.status} = 'active'
  and ${lastSeen} < now() - make_interval(days => ${sql.raw(String(days))}))`;
export const isDormant = isDormantFor(dormantDays);
/** The SQL conditions of a filter. */
export function conditionsOf({ search, role, source, status, kind }: MemberFilter): SQL[] {
  const words = indexed(search ?? '')
    .split(/\s+/)
    .filter((word) => word !== '')
    .slice(0, mostWords);
  return [
    ...words.map((word) => sql`${members.searchText} like ${`%${escaped(word)}%`}`),
    ...(role === undefined ? [] : [sql`${members.roles} @> array[${role}]`]),
    ...(source === undefined ? [] : [sql`${members.sources} @> array[${source}]`]),
    ...(role === undefined || source === undefined
      ? []
      : [sql`${members.sources}[array_position(${members.roles}, ${role})] = ${source}`]),
    ...(kind === undefined ? [] : [eq(members.kind, kind)]),
    ...(status === undefined
      ? []
      : status === 'dormant'
        ? [isDormant]
        : status === 'suspended'
          ? [eq(members.status, 'suspended')]
          : [sql`(${members.status} = 'active' and not ${isDormant})`]),
  ];
}

/** Text normalized for sorting. */
export function searchable(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

/**
 * Text normalized for searching. Non-ASCII characters are encoded in letters and digits, because pg_trgm indexes only
 * ASCII when the database has the locale C: `민` becomes `Ubbfc`. Other text has no capital letters.
 */
export function indexed(text: string): string {
  return searchable(text).replaceAll(
    /[\u0080-\uffff]/g,
    (unit) => `U${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Escapes characters with a meaning in `like` patterns. */
function escaped(word: string): string {
  return word.replaceAll(/[\\%_]/g, String.raw`\$&`);
}
