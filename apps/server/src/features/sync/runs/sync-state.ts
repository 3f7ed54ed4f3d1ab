import { eq } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { z, type ZodType } from 'zod';
import { syncState } from '../tables.ts';
import { isPrivateAddress } from '@latchkey/directory-sync';

/** Deliveries that Logto could not make since the last delivery that arrived. */
export const Undelivered = z.object({
  count: z.number(),
  /** When the first and the last of these deliveries failed according to Logto's log, in epoch milliseconds. */
  since: z.number(),
  lastAt: z.number(),
  /** The last HTTP status from the webhook's URL; null if there was no response. */
  status: z.number().nullable(),
  /** The webhook's URL, without components that may be secret. */
  address: z.string(),
});
export type Undelivered = z.output<typeof Undelivered>;

/**
 * Why Logto cannot deliver. `private-address`: since the fix of CVE-2026-56739 (logto-io/logto#9501, merged after
 * 25 August 2026), Logto sends nothing to loopback and private addresses.
 * `signature`: the server refuses the signature. `status`: the endpoint refuses deliveries for another reason.
 */
export type UndeliveredCause = 'private-address' | 'unreachable' | 'signature' | 'status';

export function causeOf({ status, address }: Undelivered): UndeliveredCause {
  if (status !== null) return status === 401 ? 'signature' : 'status';
  return isPrivateAddress(address) ? 'private-address' : 'unreachable';
}

/** An object around the value, because a JSON column cannot contain null. */
const UndeliveredValue = z.object({ undelivered: Undelivered.nullable() });

/** The ids of the users with each Logto user role, by role name. */
export type RoleHolders = Readonly<Record<string, readonly string[]>>;

export function createSyncState(db: NodePgDatabase) {
  const read = async <Value>(name: string, schema: ZodType<Value>): Promise<Value | undefined> => {
    const [row] = await db.select().from(syncState).where(eq(syncState.name, name));
    return schema.safeParse(row?.value).data;
  };
  const write = async (name: string, value: unknown): Promise<void> => {
    await db
      .insert(syncState)
      .values({ name, value })
      .onConflictDoUpdate({ target: syncState.name, set: { value } });
  };
  return {
    isPaused: async () => (await read('paused', z.boolean())) ?? false,
    setPaused: (paused: boolean) => write('paused', paused),
    /** Returns when the check last read Logto's log of deliveries, in epoch milliseconds. */
    logReadAt: () => read('log-read-at', z.number()),
    setLogReadAt: (time: number) => write('log-read-at', time),
    /** Returns the holders as of the last check; `undefined` before the first check. */
    roleHolders: (): Promise<RoleHolders | undefined> =>
      read('role-holders', z.record(z.string(), z.array(z.string()))),
    setRoleHolders: (holders: RoleHolders) => write('role-holders', holders),
    /** Returns the deliveries that Logto could not make; null if it can deliver, as far as is known. */
    undelivered: async () => (await read('undelivered', UndeliveredValue))?.undelivered ?? null,
    setUndelivered: (undelivered: Undelivered | null) => write('undelivered', { undelivered }),
    recoveredUntil: () => read('recovered-until', z.number()),
    setRecoveredUntil: (time: number) => write('recovered-until', time),
  };
}

export type SyncState = ReturnType<typeof createSyncState>;
