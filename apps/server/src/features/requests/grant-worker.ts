import type { Policy } from '@latchkey/permissions';
import { NotInPolicyError, PermitApiError, type PermitDirectory } from '@latchkey/permissions/permit';
import type { Accounts } from '../../directory/accounts.ts';
import type { Instance } from '../../directory/shared-resources.ts';
import { AppError } from '../../platform/app-error.ts';
import { asError } from '../../platform/log/describe-error.ts';
import { assignmentTime, type GrantStore } from './grant-store.ts';
import { holds, type ReadRoles } from './held-roles.ts';
import { repeat } from '../../platform/repeat.ts';
import { instanceIn, objectOf, type RequestChange } from './target.ts';
import type { GrantFailure, GrantRow } from './tables.ts';

export interface GrantWorkerDeps extends Pick<Accounts, 'accountOf'> {
  readonly store: GrantStore;
  /** Not typed by the current policy, because a grant may have a role that the policy no longer has. */
  readonly directory: Pick<PermitDirectory<Policy>, 'assignRole' | 'unassignRole'>;
  readonly readSuspendedRoles: ReadRoles;
  readonly hasInstance: (tenant: string, instance: Instance) => Promise<boolean>;
  readonly now: () => Date;
  readonly onChange: (changed: RequestChange) => void;
  readonly onError: (error: Error) => void;
}

/** Assigns granted roles and removes ended ones. Any number of replicas may run a worker. */
export interface GrantWorker {
  /** Assigns the role of a claimed grant. Returns why it failed permanently, if it did. @throws {PermitApiError} */
  readonly assign: (grant: GrantRow) => Promise<GrantFailure | undefined>;
  readonly wake: () => void;
  /** Removes the role of an ended grant. Returns whether the removal is complete. @throws {PermitApiError} */
  readonly finish: (id: string) => Promise<boolean>;
  close(): Promise<void>;
}

/** Milliseconds between two polls for work. A message only triggers a poll earlier. */
const interval = 500;
/** The number of grants that one replica processes concurrently. */
const lanes = 10;
/** Milliseconds between attempts after a failure. */
const pauses = { first: 1_000, max: 60_000 };

export function createGrantWorker(deps: GrantWorkerDeps): GrantWorker {
  const { store, directory, now, onError } = deps;

  const fail = async (id: string, failure: GrantFailure): Promise<GrantFailure> => {
    await store.fail(id, failure);
    return failure;
  };
  const assign = async (grant: GrantRow): Promise<GrantFailure | undefined> => {
    const { id, tenant, subject, role, expiresAt } = grant;
    // A timed-out call may still take effect later. So a role is not assigned if that could happen after the end of its
    // grant.
    if (expiresAt !== null && expiresAt.getTime() - now().getTime() < assignmentTime) {
      await store.release(id, expiresAt);
      return undefined;
    }
    const isSuspended = async (): Promise<boolean> => (await deps.accountOf(subject))?.status === 'suspended';
    const whenActive = async (): Promise<undefined> => {
      await store.release(id, new Date(now().getTime() + pauses.max));
    };
    if (await isSuspended()) return whenActive();
    const instance = instanceIn(grant);
    const isGone = async (): Promise<boolean> =>
      instance !== null && !(await deps.hasInstance(tenant, instance));
    // The assignment would recreate a deleted instance in Permit.
    if (await isGone()) return fail(id, 'INSTANCE_GONE');
    try {
      const result = await directory.assignRole({ user: subject, role, tenant, ...on(grant) });
      // At a later attempt, the user may have the role because an earlier attempt took effect.
      if (result === 'already' && grant.attempts === 1) return await fail(id, 'ALREADY_HELD');
    } catch (error) {
      if (isRefusal(error)) return fail(id, 'PERMIT_REFUSED');
      throw error;
    }
    // Sync may have stored and removed the user's roles, or the instance may have been deleted, before the assignment.
    const [suspended, gone] = [await isSuspended(), await isGone()];
    if (suspended || gone) {
      await directory.unassignRole({ user: subject, role, tenant, ...on(grant) });
      return gone ? fail(id, 'INSTANCE_GONE') : whenActive();
    }
    await store.activate(id);
    return undefined;
  };

  /** Removes the role. Returns whether it is permanently removed. */
  const remove = async (grant: GrantRow): Promise<boolean> => {
    const { tenant, subject, role } = grant;
    const before = await deps.accountOf(subject);
    const isStored = holds(await deps.readSuspendedRoles(subject, tenant), grant);
    try {
      await directory.unassignRole({ user: subject, role, tenant, ...on(grant) });
    } catch (error) {
      // Neither the policy nor Permit has the role, so nobody holds it.
      if (!(error instanceof NotInPolicyError)) throw error;
    }
    const after = await deps.accountOf(subject);
    // A suspension that began before the removal may have stored this role, and a reactivation would restore it.
    if (isStored || before?.revision !== after?.revision || after?.status === 'suspended') return false;
    await store.end(grant.id);
    return true;
  };

  const changed = ({ tenant, subject, resource, instance }: GrantRow): void =>
    deps.onChange({ tenant, subject, resource, instance });
  const later = (grant: GrantRow): Promise<void> => {
    const pause = Math.min(pauses.max, pauses.first * 2 ** Math.min(grant.attempts - 1, 10));
    return store.retryAt(grant.id, new Date(now().getTime() + pause));
  };
  const work = async (grant: GrantRow): Promise<void> => {
    try {
      if (grant.status === 'pending') await assign(grant);
      else if (!(await remove(grant))) return await later(grant);
      changed(grant);
    } catch (error) {
      onError(asError(error));
      await later(grant);
    }
  };

  const poll = async (closing: AbortSignal): Promise<void> => {
    for (const grant of await store.warn()) changed(grant);
    /* oxlint-disable no-await-in-loop -- sequential batches */
    for (let claimed; claimed === undefined || claimed.length === lanes;) {
      claimed = closing.aborted ? [] : await store.claim(lanes);
      await Promise.all(claimed.map(work));
    }
    /* oxlint-enable no-await-in-loop */
  };
  const polling = repeat(poll, { interval, onError });

  return {
    async assign(grant) {
      const failure = await assign(grant);
      changed(grant);
      return failure;
    },
    wake: polling.wake,
    async finish(id) {
      const grant = await store.claimEnding(id);
      if (grant === undefined || grant === 'assigning') return grant === undefined;
      try {
        const isDone = await remove(grant);
        if (isDone) changed(grant);
        else await later(grant);
        return isDone;
      } catch (error) {
        await later(grant);
        throw error;
      }
    },
    close: () => polling.close(),
  };
}

function on(grant: GrantRow): { instance?: string } {
  const instance = objectOf(grant);
  return instance === undefined ? {} : { instance };
}

/** Whether the call would always be refused. A wrong API key does not count: an operator will correct it. */
function isRefusal(error: unknown): boolean {
  if (error instanceof NotInPolicyError) return true;
  if (error instanceof AppError) return error.code === 'PERSON_NOT_FOUND';
  if (!(error instanceof PermitApiError) || error.retryable) return false;
  return ![undefined, 401, 403].includes(error.permitStatus);
}
