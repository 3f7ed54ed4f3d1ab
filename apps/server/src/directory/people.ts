import type { DirectoryAccount } from '@latchkey/permissions/permit';
import { LRUCache } from 'lru-cache';
import { originAttribute, type PermitReads } from '@latchkey/directory-sync';
import type { AppDirectory } from './decisions.ts';
import { createTurns } from '../platform/turns.ts';
import { within } from '../platform/within.ts';
import type { FactChanges } from './fact-changes.ts';

export interface NamedPerson {
  /** The Permit key. */
  readonly key: string;
  /** The name, or else the email address; `null` when there is neither or it cannot be read. */
  readonly name: string | null;
  readonly isMachine?: boolean;
  /** Whether Permit has no such account: it was deleted. Absent when Permit did not respond. */
  readonly isGone?: boolean;
}

/** Returns the names of users by key. Never rejects: a page without names is better than none. */
export type FindPeople = (keys: Iterable<string>) => Promise<ReadonlyMap<string, NamedPerson>>;

export interface People {
  readonly find: FindPeople;
  /** Returns the accounts of users, not machines, among the keys. @throws {PermitApiError} */
  readonly read: (keys: readonly string[]) => Promise<NamedPerson[]>;
}

export interface PeopleDeps {
  readonly directory: Pick<AppDirectory, 'findUser'>;
  readonly factChanges: Pick<FactChanges, 'subscribe'>;
  /** Milliseconds that a page waits for names; later ones are cached for the next page. Default: 2,000. */
  readonly patience?: number | undefined;
}

/** Maximum number of cached accounts, and of concurrent Permit API calls for all callers. */
const limits = { cached: 10_000, calls: 10 };

/** Milliseconds. A name change in Logto invalidates the cache; one made directly in Permit shows after this time. */
const ttl = 300_000;

export function createPeople({ directory, factChanges, patience = 2_000 }: PeopleDeps): People {
  const accounts = new LRUCache<string, Promise<NamedPerson | undefined>>({ max: limits.cached, ttl });
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
        try {
          people.set(key, (await accountOf(key)) ?? { key, name: null, isGone: true });
        } catch {
          // The name stays unknown.
        }
      });
      await within(patience, Promise.all(reads), () => {});
      // A copy, so that names that arrive later do not change the result.
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

/**
 * Whether an account is a machine: sync writes no machines, and `latchkey grant` gives them neither an email address
 * nor a username.
 */
export function isMachine({ email, attributes }: Pick<DirectoryAccount, 'email' | 'attributes'>): boolean {
  return email === null && attributes[originAttribute] === undefined && attributes['username'] === undefined;
}

type PermitUserState = NonNullable<Awaited<ReturnType<PermitReads['user']>>>;

/** The full name of a Permit user, or else the username; `null` without either. */
export function nameInPermit({
  firstName,
  lastName,
  attributes,
}: Pick<PermitUserState, 'firstName' | 'lastName' | 'attributes'>): string | null {
  const full = [firstName, lastName].filter((part) => part !== null).join(' ');
  if (full !== '') return full;
  const { username } = attributes;
  return typeof username === 'string' ? username : null;
}
