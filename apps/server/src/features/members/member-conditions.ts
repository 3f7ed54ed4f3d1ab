import { eq, sql, type SQL } from 'drizzle-orm';
import { dormantDays } from './member.ts';
import type { MemberFilter } from './members-inputs.ts';
import { members } from './tables.ts';

/** Words of a search that count. */
const mostWords = 8;

// Nobody is called dormant of whom Logto has not said when they came.
const lastSeen = sql`coalesce(${members.lastSignInAt}, ${members.createdAt}, now())`;
export const isDormantFor = (
  days: number,
): SQL => sql`(${members.kind} = 'person' and ${members.status} = 'active'
  and ${lastSeen} < now() - make_interval(days => ${sql.raw(String(days))}))`;
export const isDormant = isDormantFor(dormantDays);
/** What rows fulfil that the filter finds. */
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

/** Text as it is sorted by. */
export function searchable(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

/**
 * Text as it is searched in and for. What is not ASCII is written in letters and digits, since pg_trgm indexes nothing else where
 * the database has the locale C: `민` becomes `Ubbfc`. No other text has a capital letter.
 */
export function indexed(text: string): string {
  return searchable(text).replaceAll(
    /[\u0080-\uffff]/g,
    (unit) => `U${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** What `like` would read as a pattern. */
function escaped(word: string): string {
  return word.replaceAll(/[\\%_]/g, String.raw`\$&`);
}
