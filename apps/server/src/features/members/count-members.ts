import { rolesOf } from '@latchkey/permissions';
import { policy } from '@latchkey/policy';
import { and, eq, sql, type SQL } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { LRUCache } from 'lru-cache';
import { sourceKinds, type SourceKind, type MembersChange } from './member.ts';
import { conditionsOf, isDormant } from './member-conditions.ts';
import { members } from './tables.ts';
import type { Topic } from '../../platform/bus/topic.ts';

export interface MemberCounts {
  readonly all: number;
  readonly machines: number;
  readonly dormant: number;
  readonly suspended: number;
  readonly roles: Readonly<Record<string, number>>;
  readonly sources: Readonly<Record<SourceKind, number>>;
}

/** Counts all members, or those that a search finds, for each value of the filters. */
async function countMembers(db: NodePgDatabase, tenant: string, search?: string): Promise<MemberCounts> {
  const roles = rolesOf(policy);
  const [found] = await db
    .select({
      all: sql<number>`count(*)::int`,
      machines: counted(sql`${members.kind} = 'machine'`),
      suspended: counted(sql`${members.status} = 'suspended'`),
      dormant: counted(isDormant),
      ...Object.fromEntries(
        roles.map((role) => [`role ${role}`, counted(sql`${role} = any(${members.roles})`)]),
      ),
      ...Object.fromEntries(
        sourceKinds.map((kind) => [`source ${kind}`, counted(sql`${kind} = any(${members.sources})`)]),
      ),
    })
    .from(members)
    .where(and(eq(members.tenant, tenant), ...conditionsOf({ search })));
  const { all = 0, machines = 0, suspended = 0, dormant = 0, ...rest } = found ?? {};
  const numberOf = (name: string): number =>
    Number(Object.entries(rest).find(([key]) => key === name)?.[1] ?? 0);
  return {
    all,
    machines,
    suspended,
    dormant,
    roles: Object.fromEntries(roles.map((role) => [role, numberOf(`role ${role}`)])),
    sources: {
      default: numberOf('source default'),
      logto: numberOf('source logto'),
      request: numberOf('source request'),
      hand: numberOf('source hand'),
    },
  };
}

function counted(condition: SQL): SQL<number> {
  return sql<number>`(count(*) filter (where ${condition}))::int`;
}

/** Milliseconds for which counts are cached at most, because users become dormant without an event. */
const ttl = 60_000;

/** Counts are cached until a member changes: counting 100,000 members takes longer than reading a page of them. */
export function createCountMembers(db: NodePgDatabase, changes: Pick<Topic<MembersChange>, 'subscribe'>) {
  const counted = new LRUCache<string, Promise<MemberCounts>>({ max: 1_000, ttl });
  const close = changes.subscribe({
    onGap: () => counted.clear(),
    onMessage: ({ tenant }) => (tenant === undefined ? counted.clear() : void counted.delete(tenant)),
  });
  return {
    close,
    of: async (tenant: string, search?: string): Promise<MemberCounts> => {
      if (search !== undefined && search !== '') return countMembers(db, tenant, search);
      const known = counted.get(tenant);
      if (known !== undefined) return known;
      const counting = countMembers(db, tenant);
      counted.set(tenant, counting);
      counting.catch(() => counted.peek(tenant) === counting && counted.delete(tenant));
      return counting;
    },
  };
}
