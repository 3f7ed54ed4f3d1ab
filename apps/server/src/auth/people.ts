import type { PermitDirectory } from '@latchkey/permissions/permit';
import { LRUCache } from 'lru-cache';
import { within } from '../within.ts';
import type { FactChanges } from './fact-changes.ts';
import { isMachine } from './is-machine.ts';

/** Somebody as a page shows them, without anything else that the directory knows of them. */
export interface NamedPerson {
  /** The key in Permit. */
  readonly key: string;
  /** The name; without one the e-mail address; `null` without both, and when it cannot be read. */
  readonly name: string | null;
  readonly isMachine?: boolean;
}

/** The names of people, by their keys. Never rejects: a page without names is better than none. */
export type FindPeople = (keys: Iterable<string>) => Promise<ReadonlyMap<string, NamedPerson>>;

export interface People {
  readonly find: FindPeople;
  /** Those of the keys that are accounts of people, not of machines. @throws {PermitApiError} */
  readonly read: (keys: readonly string[]) => Promise<NamedPerson[]>;
}

export interface PeopleDeps {
  readonly directory: Pick<PermitDirectory, 'findUser'>;
  readonly factChanges: Pick<FactChanges, 'subscribe'>;
  /** Milliseconds that a page waits for names; what comes later is there for the next page. Default: 2,000. */
  readonly patience?: number | undefined;
}

/** Accounts that are kept; calls of Permit's API at the same time, for all who ask. */
const limits = { kept: 10_000, calls: 10 };

/** Milliseconds. A name that changes in Logto is a change of facts; one that is changed by hand in Permit shows this late. */
const ttl = 300_000;

/** Names are read from Permit's API, one call for an account, and kept until that account changes. */
export function createPeople({ directory, factChanges, patience = 2_000 }: PeopleDeps): People {
  const accounts = new LRUCache<string, Promise<NamedPerson | undefined>>({ max: limits.kept, ttl });
  factChanges.subscribe({
    onGap: () => accounts.clear(),
    onMessage({ subject, tenant, instance }) {
      if (subject !== undefined) accounts.delete(subject);
      else if (tenant === undefined && instance === undefined) accounts.clear();
    },
  });
  const inTurn = createTurns(limits.calls);

  const accountOf = (key: string): Promise<NamedPerson | undefined> => {
    const known = accounts.get(key);
    if (known !== undefined) return known;
    const account = inTurn(async () => {
      const found = await directory.findUser(key);
      if (found === undefined) return undefined;
      return { key, name: found.name ?? found.email, ...(isMachine(found) && { isMachine: true }) };
    });
    accounts.set(key, account);
    account.catch(() => {
      if (accounts.peek(key) === account) accounts.delete(key);
    });
    return account;
  };

  return {
    async find(keys) {
      const unique = [...new Set(keys)];
      const people = new Map<string, NamedPerson>(unique.map((key) => [key, { key, name: null }]));
      const reads = unique.map(async (key) => {
        const account = await accountOf(key).catch(() => undefined);
        if (account !== undefined) people.set(key, account);
      });
      await within(patience, Promise.all(reads), () => {});
      // A copy: names that come later do not change what was answered.
      return new Map(people);
    },
    async read(keys) {
      const found = await Promise.all(keys.map(accountOf));
      return found.flatMap((account) =>
        account === undefined || account.isMachine === true ? [] : [account],
      );
    },
  };
}

/** Runs at most `most` calls at the same time; the others wait, first come first served. */
function createTurns(most: number): <Result>(run: () => Promise<Result>) => Promise<Result> {
  let free = most;
  const waiting: (() => void)[] = [];
  return async (run) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await run();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}
