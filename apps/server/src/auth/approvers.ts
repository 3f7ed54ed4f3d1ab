import type { DirectoryAccount, PermitDecider, PermitDirectory } from '@latchkey/permissions/permit';
import type { policy } from '@latchkey/policy';
import { LRUCache } from 'lru-cache';
import { propagationDelay, type FactChanges } from './fact-changes.ts';
import { isMachine } from './is-machine.ts';

/** A person by name, without anything else that the directory knows of them. */
export interface NamedPerson {
  readonly key: string;
  /** The name; without one the e-mail address; without both `null`. */
  readonly name: string | null;
}

export interface Approvers {
  /** At most `mostRead`, without machines, in the order of their names. */
  readonly people: readonly NamedPerson[];
  /** Whether there may be others. */
  readonly more: boolean;
}

/** The people who decide requests for access in a tenant. @throws {AuthorizationUnavailableError} @throws {PermitApiError} */
export type ApproversOf = (tenant: string) => Promise<Approvers>;

export interface ApproversDeps {
  readonly decider: Pick<PermitDecider<typeof policy>, 'authorizedUsers'>;
  readonly directory: Pick<PermitDirectory, 'findUser'>;
  readonly factChanges: Pick<FactChanges, 'subscribe'>;
}

/** Accounts whose names are read for one tenant: each is a call to Permit's API the first time. */
const mostRead = 10;

/** Milliseconds, as long as a decision is kept. */
const keysTtl = 5_000;

/** Milliseconds. A name that changes in Logto is a change of facts; one that is changed by hand in Permit shows this late. */
const namesTtl = 300_000;

/**
 * Who decides is asked of the PDP, and their names of Permit's API. Both are kept: who until any fact changes, a name until
 * that account changes.
 */
export function createApprovers({ decider, directory, factChanges }: ApproversDeps): ApproversOf {
  const keysByTenant = new LRUCache<string, Promise<string[]>>({ max: 1_000, ttl: keysTtl });
  const accounts = new LRUCache<string, Promise<DirectoryAccount | undefined>>({ max: 5_000, ttl: namesTtl });
  let changedAt = Number.NEGATIVE_INFINITY;
  const forgetEverything = (): void => {
    changedAt = performance.now();
    keysByTenant.clear();
    accounts.clear();
  };
  factChanges.subscribe({
    onGap: forgetEverything,
    onMessage({ subject, tenant, instance }) {
      if (subject === undefined && tenant === undefined && instance === undefined) return forgetEverything();
      changedAt = performance.now();
      keysByTenant.clear();
      if (subject !== undefined) accounts.delete(subject);
    },
  });

  const keysOf = (tenant: string) =>
    remember(keysByTenant, tenant, {
      ask: () => decider.authorizedUsers({ tenant, permission: 'requests:decide' }),
      isLasting: () => performance.now() - changedAt >= propagationDelay,
    });
  const accountOf = (key: string) =>
    remember(accounts, key, { ask: () => directory.findUser(key), isLasting: () => true });

  return async (tenant) => {
    const keys = (await keysOf(tenant)).toSorted();
    const found = await Promise.all(keys.slice(0, mostRead).map(accountOf));
    const people = found
      .filter((account) => account !== undefined)
      .filter((account) => !isMachine(account))
      .map(({ key, name, email }) => ({ key, name: name ?? email }));
    return {
      people: people.toSorted((one, other) => (one.name ?? one.key).localeCompare(other.name ?? other.key)),
      more: keys.length > mostRead,
    };
  };
}

/** The answer that is kept or on its way, or a new one. A failure is not kept. */
function remember<Answer>(
  cache: LRUCache<string, Promise<Answer>>,
  key: string,
  { ask, isLasting }: { readonly ask: () => Promise<Answer>; readonly isLasting: () => boolean },
): Promise<Answer> {
  const known = cache.get(key);
  if (known !== undefined) return known;
  const answer = ask();
  cache.set(key, answer);
  const forget = (): void => {
    if (cache.peek(key) === answer) cache.delete(key);
  };
  answer.then(() => isLasting() || forget(), forget);
  return answer;
}
