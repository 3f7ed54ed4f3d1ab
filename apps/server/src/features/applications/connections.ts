import { defaultTenant } from '@latchkey/directory-sync';
import { and, eq, inArray, lt, ne, notInArray, sql, type SQL } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { lockUntilCommit, type Transaction } from '../../platform/database/open-database.ts';
import { blockedApplications, connectedApplications } from './tables.ts';

/** A connection: an application that acts for a person in a tenant. */
export interface ConnectionKey {
  readonly tenant: string;
  readonly subject: string;
  readonly clientId: string;
}

/** What decides about a call. */
export interface FoundConnection {
  readonly isBlocked: boolean;
  /** `undefined` before the first use. */
  readonly state: (typeof connectedApplications.$inferSelect)['state'] | undefined;
  /** When the connection ended, here or everywhere, in epoch milliseconds; `null` if no later consent is needed. */
  readonly endedAt: number | null;
  readonly name: string | null;
  /** Whether the last use was stored more than a minute ago. */
  readonly isStale: boolean;
}

interface Use {
  readonly name: string | null;
  readonly scopes: readonly string[];
}

export type Connections = ReturnType<typeof createConnections>;

const { tenant, subject, clientId, state, changedAt } = connectedApplications;
const isLive = ne(state, 'ended');
const clock = sql`clock_timestamp()`;

/**
 * Stores connections. All writes that change a state hold a lock of the person, and read the rows again: a first use that
 * raced an end cannot allow the application again.
 */
export function createConnections(db: NodePgDatabase) {
  const inTurn = <Result>(who: string, change: (transaction: Transaction) => Promise<Result>) =>
    db.transaction(async (transaction) => {
      await lock(transaction, who);
      return change(transaction);
    });

  return {
    /** Reads by primary keys only. */
    find: (key: ConnectionKey): Promise<FoundConnection> => find(db, key),

    /**
     * Stores the first use of an application, or the first one after a new consent. `consentedAt`: the proven time of the
     * consent in epoch milliseconds; an end after it wins.
     */
    connect: (
      key: ConnectionKey,
      use: Use & { readonly state: 'allowed' | 'waiting'; readonly consentedAt: number },
    ): Promise<FoundConnection> =>
      inTurn(key.subject, async (transaction) => {
        const found = await find(transaction, key);
        const isNew = found.endedAt === null ? found.state === undefined : found.endedAt < use.consentedAt;
        if (!isNew) return found;
        const values = {
          state: use.state,
          changedAt: clock,
          name: use.name ?? found.name,
          scopes: [...use.scopes],
          firstUsedAt: clock,
          lastUsedAt: use.state === 'allowed' ? clock : null,
        };
        await transaction
          .insert(connectedApplications)
          .values({ ...key, ...values })
          .onConflictDoUpdate({ target: [subject, clientId, tenant], set: values });
        return { ...found, state: use.state, endedAt: null, name: values.name, isStale: false };
      }),

    /** Stores a use, at most once a minute. */
    async touch(key: ConnectionKey, { name, scopes }: Use): Promise<void> {
      const { lastUsedAt } = connectedApplications;
      await db
        .update(connectedApplications)
        .set({ lastUsedAt: sql`now()`, scopes: [...scopes], ...(name !== null && { name }) })
        .where(
          and(
            at(key),
            eq(state, 'allowed'),
            sql`coalesce(${lastUsedAt} < now() - interval '1 minute', true)`,
          ),
        );
    },

    /** Resolves to `false` if the application does not wait; to `undefined` if it is not connected. */
    allow: (key: ConnectionKey): Promise<boolean | undefined> =>
      inTurn(key.subject, async (transaction) => {
        const found = await find(transaction, key);
        if (found.state === undefined || found.endedAt !== null) return undefined;
        if (found.state !== 'waiting') return false;
        await transaction
          .update(connectedApplications)
          .set({ state: 'allowed', changedAt: clock })
          .where(at(key));
        return true;
      }),

    /** Ends an application of a person everywhere. Resolves to whether it was connected anywhere. */
    endEverywhere: (who: Omit<ConnectionKey, 'tenant'>): Promise<boolean> =>
      inTurn(who.subject, (transaction) => endEverywhere(transaction, who)),

    /** Ends an application in one tenant. Resolves to `undefined` if it was never used there. */
    endIn: (key: ConnectionKey): Promise<boolean | undefined> =>
      inTurn(key.subject, async (transaction) => {
        const found = await find(transaction, key);
        if (found.state === undefined) return undefined;
        await end(transaction, at(key));
        return found.endedAt === null;
      }),

    /** Ends all applications of a person who left a tenant; with `before`, only those that are older. */
    endOfMember: (where: Pick<ConnectionKey, 'tenant' | 'subject'>, before?: Date): Promise<void> =>
      inTurn(where.subject, async (transaction) => {
        const isOlder = before === undefined ? undefined : lt(changedAt, before);
        await end(transaction, and(eq(subject, where.subject), eq(tenant, where.tenant), isOlder));
      }),

    /** Ends all applications of a suspended or deleted person, within the transaction that records it. */
    async endOfAccount(transaction: Transaction, who: string): Promise<void> {
      await lock(transaction, who);
      await endEverywhere(transaction, { subject: who, clientId: '' });
    },

    /** Returns the tenants in which these people have applications, except `default`. */
    async organizationsOf(people: readonly string[]): Promise<Pick<ConnectionKey, 'tenant' | 'subject'>[]> {
      if (people.length === 0) return [];
      return db
        .selectDistinct({ tenant, subject })
        .from(connectedApplications)
        .where(and(inArray(subject, [...people]), notInArray(tenant, ['', defaultTenant]), isLive));
    },

    async isKnown(who: Omit<ConnectionKey, 'tenant'>): Promise<boolean> {
      const where = and(eq(subject, who.subject), eq(clientId, who.clientId));
      return (await db.select({ tenant }).from(connectedApplications).where(where).limit(1)).length > 0;
    },
  };
}

function at(key: ConnectionKey): SQL | undefined {
  return and(eq(subject, key.subject), eq(clientId, key.clientId), eq(tenant, key.tenant));
}

function lock(transaction: Transaction, who: string): Promise<void> {
  return lockUntilCommit(transaction, JSON.stringify(['applications', who]));
}

async function find(db: Pick<NodePgDatabase, 'execute'>, key: ConnectionKey): Promise<FoundConnection> {
  const { rows } = await db.execute<{
    state: Exclude<FoundConnection['state'], undefined> | null;
    name: string | null;
    is_stale: boolean;
    is_blocked: boolean;
    ended_at: number | null;
  }>(sql`
    with everywhere as (
      select max(changed_at) as ended_at from connected_applications
      where subject = ${key.subject} and client_id in ('', ${key.clientId}) and tenant = '')
    select here.state, here.name,
      coalesce(here.last_used_at < now() - interval '1 minute', true) as is_stale,
      exists (
        select from blocked_applications where tenant = ${key.tenant} and client_id = ${key.clientId}) as is_blocked,
      1000 * extract(epoch from case
        when here.state = 'ended' then greatest(here.changed_at, everywhere.ended_at)
        when here.state is null or here.changed_at <= everywhere.ended_at then everywhere.ended_at
      end)::float8 as ended_at
    from everywhere
    left join connected_applications as here
      on here.subject = ${key.subject} and here.client_id = ${key.clientId} and here.tenant = ${key.tenant}`);
  const [row] = rows;
  if (row === undefined) throw new TypeError('PostgreSQL returned no row.');
  return {
    isBlocked: row.is_blocked,
    state: row.state ?? undefined,
    endedAt: row.ended_at,
    name: row.name,
    isStale: row.is_stale,
  };
}

/** Resolves to whether any of these was connected. */
async function end(transaction: Transaction, where: SQL | undefined): Promise<boolean> {
  const live = await transaction
    .select({ tenant })
    .from(connectedApplications)
    .where(and(where, isLive))
    .limit(1);
  await transaction
    .update(connectedApplications)
    .set({ state: 'ended', changedAt: clock })
    .where(and(where, ne(tenant, '')));
  return live.length > 0;
}

/** Also refuses tokens that were issued before and are not used yet. An empty client id stands for all applications. */
async function endEverywhere(transaction: Transaction, who: Omit<ConnectionKey, 'tenant'>): Promise<boolean> {
  const ofClient = who.clientId === '' ? undefined : eq(clientId, who.clientId);
  const wasConnected = await end(transaction, and(eq(subject, who.subject), ofClient));
  const ended = { state: 'ended', changedAt: clock } as const;
  await transaction
    .insert(connectedApplications)
    .values({ ...who, tenant: '', ...ended })
    .onConflictDoUpdate({ target: [subject, clientId, tenant], set: ended });
  return wasConnected;
}

/** The applications that a tenant blocks. */
export function createBlocks(db: NodePgDatabase, here: string) {
  const of = (id: string) => and(eq(blockedApplications.tenant, here), eq(blockedApplications.clientId, id));
  return {
    list: () => db.select().from(blockedApplications).where(eq(blockedApplications.tenant, here)),
    /** Resolves to `false` if it is blocked already. */
    async add(
      block: Pick<typeof blockedApplications.$inferInsert, 'clientId' | 'name' | 'reason' | 'blockedBy'>,
    ) {
      const added = await db
        .insert(blockedApplications)
        .values({ ...block, tenant: here })
        .onConflictDoNothing()
        .returning({ clientId: blockedApplications.clientId });
      return added.length > 0;
    },
    /** Returns the block; `undefined` if there was none. */
    async remove(id: string) {
      const [removed] = await db.delete(blockedApplications).where(of(id)).returning();
      return removed;
    },
  };
}
