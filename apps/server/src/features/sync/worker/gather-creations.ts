import type { PermitFacts } from '@latchkey/directory-sync';
import { PermitApiError } from '@latchkey/permissions/permit';
import { gatherCalls } from '../../../platform/gather-calls.ts';
import type { InTurn } from '../../../platform/turns.ts';

type Writes = Pick<PermitFacts['writes'], 'createUser' | 'createUsers'>;

/** The minimum number of users for a bulk call. Permit allows 30 single calls for each bulk call. */
export const bulkFrom = 31;

/** Gathers the users that a batch creates into one call, which also has their roles. Call `createUser` only `inTurn`. */
export function gatherCreations(
  writes: Writes,
  concurrency: number,
): { readonly inTurn: InTurn; readonly createUser: Writes['createUser'] } {
  type Creation = Parameters<Writes['createUsers']>[0][number];
  const createOne = ({ user, grants }: Creation): Promise<boolean> => writes.createUser(user, grants);
  const createAll = (all: readonly Creation[]): Promise<boolean>[] => {
    if (all.length < bulkFrom) return all.map(createOne);
    const created = writes.createUsers(all);
    return all.map((one) =>
      created.catch((error: unknown) => {
        // One refused user makes a bulk call fail.
        if (error instanceof PermitApiError && !error.retryable) return createOne(one);
        throw error;
      }),
    );
  };
  const { inTurn, send } = gatherCalls(createAll, concurrency);
  return { inTurn, createUser: (user, grants) => send({ user, grants }) };
}
