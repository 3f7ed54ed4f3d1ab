import type { PermitFacts } from '@latchkey/directory-sync';
import { PermitApiError } from '@latchkey/permissions/permit';
import type { InTurn } from '../../../platform/turns.ts';

type CreateUser = PermitFacts['writes']['createUser'];

interface Creation {
  readonly user: Parameters<CreateUser>[0];
  readonly grants: Parameters<CreateUser>[1];
  readonly resolve: (isCreated: boolean) => void;
  readonly reject: (error: unknown) => void;
}

/** The minimum number of users for a bulk call. Permit allows 30 single calls for each bulk call. */
export const bulkFrom = 31;

/**
 * Gathers the users that a batch creates into one call, which also has their roles. At most `concurrency` works run at
 * the same time; a work that creates a user waits without its turn until all others wait, too, or have ended.
 */
export function gatherCreations(
  writes: Pick<PermitFacts['writes'], 'createUser' | 'createUsers'>,
  concurrency: number,
): { readonly inTurn: InTurn; readonly createUser: CreateUser } {
  let free = concurrency;
  const creations: Creation[] = [];
  const waiting: (() => void)[] = [];

  /** One refused user makes a bulk call fail, so the users are then created singly. */
  const createSingly = (all: readonly Creation[]): void => {
    for (const { user, grants, resolve, reject } of all)
      writes.createUser(user, grants).then(resolve, reject);
  };
  const createAll = (all: readonly Creation[]): void => {
    if (all.length < bulkFrom) return createSingly(all);
    writes.createUsers(all).then(
      () => all.forEach(({ resolve }) => resolve(true)),
      (error: unknown) => {
        if (error instanceof PermitApiError && !error.retryable) createSingly(all);
        else for (const { reject } of all) reject(error);
      },
    );
    return undefined;
  };
  const enter = async (): Promise<void> => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
  };
  const leave = (): void => {
    const next = waiting.shift();
    if (next !== undefined) return next();
    free += 1;
    if (free === concurrency) createAll(creations.splice(0));
    return undefined;
  };

  const inTurn: InTurn = async (run) => {
    await enter();
    try {
      return await run();
    } finally {
      leave();
    }
  };
  /** Call it only within `inTurn`. */
  const createUser: CreateUser = async (user, grants) => {
    const { promise, resolve, reject } = Promise.withResolvers<boolean>();
    creations.push({ user, grants, resolve, reject });
    leave();
    try {
      return await promise;
    } finally {
      await enter();
    }
  };
  return { inTurn, createUser };
}
