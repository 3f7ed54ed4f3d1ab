import type { AppPermission } from '@latchkey/policy';
import { LRUCache } from 'lru-cache';
import { propagationDelay, type FactChanges } from './fact-changes.ts';
import type { NamedPerson, People } from './people.ts';
import type { PdpDecider } from './decisions.ts';

export interface Approvers {
  /** At most `maxRead` approvers, excluding machines, sorted by name. */
  readonly people: readonly NamedPerson[];
  /** Whether there may be more approvers. */
  readonly more: boolean;
}

/**
 * Finds the users of a tenant who have this permission to decide requests. Default: `requests:decide`.
 * @throws {AuthorizationUnavailableError} @throws {PermitApiError}
 */
export type ApproversOf = (tenant: string, permission?: AppPermission) => Promise<Approvers>;

export interface ApproversDeps {
  readonly decider: Pick<PdpDecider, 'authorizedUsers'>;
  readonly people: Pick<People, 'read'>;
  readonly factChanges: Pick<FactChanges, 'subscribe'>;
}

/** Maximum number of accounts per tenant whose names are read; each costs one Permit API call unless it is cached. */
const maxRead = 10;

/** Milliseconds; the same as for cached decisions. */
const keysTtl = 5_000;

export function createApprovers({ decider, people, factChanges }: ApproversDeps): ApproversOf {
  const keysByQuestion = new LRUCache<string, Promise<string[]>>({ max: 1_000, ttl: keysTtl });
  let changedAt = Number.NEGATIVE_INFINITY;
  const forget = (): void => {
    changedAt = performance.now();
    keysByQuestion.clear();
  };
  factChanges.subscribe({ onGap: forget, onMessage: forget });

  const keysOf = (tenant: string, permission: AppPermission): Promise<string[]> => {
    const question = JSON.stringify([tenant, permission]);
    const known = keysByQuestion.get(question);
    if (known !== undefined) return known;
    const keys = decider.authorizedUsers({ tenant, permission });
    keysByQuestion.set(question, keys);
    const drop = (): void => {
      if (keysByQuestion.peek(question) === keys) keysByQuestion.delete(question);
    };
    // Neither failures nor answers that may predate a change are cached.
    keys.then(() => performance.now() - changedAt >= propagationDelay || drop(), drop);
    return keys;
  };

  return async (tenant, permission = 'requests:decide') => {
    const keys = (await keysOf(tenant, permission)).toSorted();
    const found = await people.read(keys.slice(0, maxRead));
    return {
      people: found.toSorted((one, other) => (one.name ?? one.key).localeCompare(other.name ?? other.key)),
      more: keys.length > maxRead,
    };
  };
}
