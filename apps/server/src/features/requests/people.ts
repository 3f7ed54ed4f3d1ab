import type { PermitReads } from '@latchkey/directory-sync';
import { LRUCache } from 'lru-cache';

/** Somebody as a page shows them. */
export interface Person {
  /** The key in Permit. */
  readonly key: string;
  /** `null` when no name is known, or Permit's API does not answer. */
  readonly name: string | null;
}

/** The names of people, by their keys in Permit. Never rejects: a page without names is better than none. */
export type FindPeople = (keys: Iterable<string>) => Promise<ReadonlyMap<string, Person>>;

/** Calls at the same time. */
const lanes = 10;

/** Names are kept for a minute. */
export function createFindPeople(reads: Pick<PermitReads, 'user'>): FindPeople {
  const known = new LRUCache<string, Person>({ max: 10_000, ttl: 60_000 });
  const find = async (key: string): Promise<Person> => {
    const cached = known.get(key);
    if (cached !== undefined) return cached;
    try {
      const person = { key, name: nameOf(await reads.user(key)) };
      known.set(key, person);
      return person;
    } catch {
      return { key, name: null };
    }
  };
  return async (keys) => {
    const waiting = [...new Set(keys)];
    const found = new Map<string, Person>();
    const work = async (): Promise<void> => {
      for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
        found.set(key, await find(key)); // oxlint-disable-line no-await-in-loop -- one call of a lane at a time
      }
    };
    await Promise.all(Array.from({ length: lanes }, work));
    return found;
  };
}

function nameOf(user: Awaited<ReturnType<PermitReads['user']>>): string | null {
  if (user === undefined) return null;
  const full = [user.firstName, user.lastName].filter((part) => part !== null).join(' ');
  if (full !== '') return full;
  const { username } = user.attributes;
  return typeof username === 'string' ? username : null;
}
