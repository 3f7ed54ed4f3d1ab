import { LogtoApiError, type LogtoManagement } from '@latchkey/directory-sync';
import { LRUCache } from 'lru-cache';

/** A user of Logto as a page shows them. */
export interface NamedUser {
  /** Logto's id. */
  readonly id: string;
  /** Name, else user name; `null` when there is none, or Logto does not answer. */
  readonly name: string | null;
}

/** The names of a page of invitations. Never rejects: a page without names is better than none. */
export type NameUsers = (ids: Iterable<string>) => Promise<ReadonlyMap<string, NamedUser>>;

/** Calls at the same time. */
const concurrency = 10;

/** Names are kept for a minute. */
export function createNameUsers(logto: Pick<LogtoManagement, 'user'>): NameUsers {
  const known = new LRUCache<string, NamedUser>({ max: 1_000, ttl: 60_000 });
  const read = async (id: string): Promise<NamedUser> => {
    const cached = known.get(id);
    if (cached !== undefined) return cached;
    try {
      const user = await logto.user(id);
      const named = { id, name: user?.name ?? user?.username ?? null };
      known.set(id, named);
      return named;
    } catch (error) {
      if (error instanceof LogtoApiError) return { id, name: null };
      throw error;
    }
  };
  return async (ids) => {
    const waiting = [...new Set(ids)];
    const names = new Map<string, NamedUser>();
    const work = async (): Promise<void> => {
      for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
        names.set(id, await read(id)); // oxlint-disable-line no-await-in-loop -- each worker makes one call at a time
      }
    };
    await Promise.all(Array.from({ length: concurrency }, work));
    return names;
  };
}
