import type { PermitDecider } from '@latchkey/permissions/permit';
import type { policy } from '@latchkey/policy';
import { LRUCache } from 'lru-cache';
import { propagationDelay, type FactChanges } from './fact-changes.ts';
import type { NamedPerson, People } from './people.ts';

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
  readonly people: Pick<People, 'read'>;
  readonly factChanges: Pick<FactChanges, 'subscribe'>;
}

/** Accounts whose names are read for one tenant: each is a call to Permit's API the first time. */
const mostRead = 10;

/** Milliseconds, as long as a decision is kept. */
const keysTtl = 5_000;

/** Who decides is asked of the PDP, and kept until any fact changes. */
export function createApprovers({ decider, people, factChanges }: ApproversDeps): ApproversOf {
  const keysByTenant = new LRUCache<string, Promise<string[]>>({ max: 1_000, ttl: keysTtl });
  let changedAt = Number.NEGATIVE_INFINITY;
  const forget = (): void => {
    changedAt = performance.now();
    keysByTenant.clear();
  };
  factChanges.subscribe({ onGap: forget, onMessage: forget });

  const keysOf = (tenant: string): Promise<string[]> => {
    const known = keysByTenant.get(tenant);
    if (known !== undefined) return known;
    const keys = decider.authorizedUsers({ tenant, permission: 'requests:decide' });
    keysByTenant.set(tenant, keys);
    const drop = (): void => {
      if (keysByTenant.peek(tenant) === keys) keysByTenant.delete(tenant);
    };
    // Neither a failure nor an answer that the PDP may have given before it knew of a change is kept.
    keys.then(() => performance.now() - changedAt >= propagationDelay || drop(), drop);
    return keys;
  };

  return async (tenant) => {
    const keys = (await keysOf(tenant)).toSorted();
    const found = await people.read(keys.slice(0, mostRead));
    return {
      people: found.toSorted((one, other) => (one.name ?? one.key).localeCompare(other.name ?? other.key)),
      more: keys.length > mostRead,
    };
  };
}
