import { setTimeout as sleep } from 'node:timers/promises';
import { PermitApiError } from '@latchkey/permissions/permit';
import { phases, subjectKeyOf, type Operation } from '../plan/operation.ts';
import type { Assignment, PermitReads, PermitWrites } from '../permit/permit-facts.ts';
import { applyOne, type OnApplied } from './apply-one.ts';

interface BulkCall {
  /**
   * The maximum number of operations per call. Source: Permit docs, Bulk limits,
   * https://docs.permit.io/how-to/bulk-operations.
   */
  readonly size: number;
  readonly run: (operations: readonly Operation[], writes: PermitWrites) => Promise<boolean>;
}

const sizes = { users: 3_000, tenants: 2_000, assignments: 2_000 };

function only<Kind extends Operation['kind']>(
  operations: readonly Operation[],
  kind: Kind,
): Extract<Operation, { kind: Kind }>[] {
  return operations.filter((one): one is Extract<Operation, { kind: Kind }> => one.kind === kind);
}

/** The bulk calls by kind of operation. Permit has no bulk calls for other kinds. */
const calls: Partial<Record<Operation['kind'], BulkCall>> = {
  'create-tenant': {
    size: sizes.tenants,
    run: (all, writes) => writes.createTenants(only(all, 'create-tenant').map(({ tenant }) => tenant)),
  },
  'delete-tenant': {
    size: sizes.tenants,
    run: (all, writes) => writes.deleteTenants(only(all, 'delete-tenant').map(({ key }) => key)),
  },
  'create-user': {
    size: sizes.users,
    run: (all, writes) => writes.createUsers(only(all, 'create-user')),
  },
  'update-user': { size: sizes.users, run: (all, writes) => writes.replaceUsers(only(all, 'update-user')) },
  'clear-suspended-roles': {
    size: sizes.users,
    run: (all, writes) => writes.replaceUsers(only(all, 'clear-suspended-roles')),
  },
  assign: { size: sizes.assignments, run: (all, writes) => writes.assignAll(only(all, 'assign')) },
  unassign: { size: sizes.assignments, run: (all, writes) => writes.unassignAll(only(all, 'unassign')) },
  // Permit's bulk deletion can leave role assignments behind (seen in the bulk test of permit-python): a user created
  // later with the same key would hold them. So the assignments are removed first.
  'delete-user': {
    size: sizes.users,
    async run(all, writes) {
      const users = only(all, 'delete-user');
      const held = users.flatMap(({ key, grants }) => grants.map((grant) => ({ user: key, grant })));
      for (let start = 0; start < held.length; start += sizes.assignments) {
        await writes.unassignAll(held.slice(start, start + sizes.assignments)); // oxlint-disable-line no-await-in-loop -- calls share one rate limit
      }
      return writes.deleteUsers(users.map(({ key }) => key));
    },
  },
};

export interface ApplyOptions {
  /** Aborting it stops between two calls; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called with the number of operations done so far, including failed ones. */
  readonly onProgress?: ((done: number) => void) | undefined;
  readonly onApplied?: OnApplied | undefined;
  /** The minimum number of operations of one kind for bulk calls. Default: 10. */
  readonly bulkFrom?: number;
  /** Retries of one call after an outage, with increasing pauses. Default: 5. */
  readonly retries?: number;
}

/** An operation that Permit refused, with Permit's message. */
export interface FailedOperation {
  readonly operation: Operation;
  readonly reason: string;
  readonly error: PermitApiError;
}

const concurrency = 8;

/**
 * Applies a plan, in bulk where Permit has a bulk call. Returns the operations that Permit refused; all others are
 * done. Rejects when an outage outlasts the retries or when the signal aborts. Resuming needs no cursor: the next plan
 * does not contain what is already done.
 * @throws {PermitApiError} with `retryable`, after an outage
 * @throws the signal's reason
 */
export async function apply(
  operations: readonly Operation[],
  { reads, writes }: { readonly reads: Pick<PermitReads, 'grantsOfAll'>; readonly writes: PermitWrites },
  { signal, onProgress, onApplied, bulkFrom = 10, retries = 5 }: ApplyOptions = {},
): Promise<FailedOperation[]> {
  const failed: FailedOperation[] = [];
  let done = 0;
  const addDone = (count: number): void => {
    done += count;
    onProgress?.(done);
  };
  const applySingle = async (operation: Operation): Promise<void> => {
    let isReported = false;
    const report: OnApplied = (done) => {
      isReported = true;
      return onApplied?.(done);
    };
    const run = async (isUnclear: boolean): Promise<void> => {
      await applyOne(operation, writes, report);
      // The attempt that had no answer may have done it.
      if (isUnclear && !isReported) await report([operation]);
    };
    await withRetry(run, { retries, signal }).catch((error: unknown) => {
      if (!isRefusal(error)) throw error;
      failed.push({ operation, reason: error.detail, error });
    });
    addDone(1);
  };
  const applyInBulk = async (some: readonly Operation[], call: BulkCall): Promise<void> => {
    const [first] = some;
    if (some.length === 1 && first !== undefined) return applySingle(first);
    try {
      await withRetry(() => call.run(some, writes), { retries, signal });
      await onApplied?.(some);
      addDone(some.length);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      // Bisects, because one refused operation makes the whole call fail.
      const middle = Math.ceil(some.length / 2);
      await applyInBulk(some.slice(0, middle), call);
      await applyInBulk(some.slice(middle), call);
    }
  };

  const byKind = Map.groupBy(operations, ({ kind }) => kind);
  /* oxlint-disable no-await-in-loop -- later kinds depend on earlier ones, and calls share one rate limit */
  for (const kind of phases) {
    const some = byKind.get(kind) ?? [];
    const call = calls[kind];
    if (call === undefined || some.length < bulkFrom) {
      await runConcurrently(some, applySingle);
      continue;
    }
    for (let start = 0; start < some.length; start += call.size) {
      signal?.throwIfAborted();
      const planned = some.slice(start, start + call.size);
      const due = await withRetry(() => stillDue(planned, reads), { retries, signal });
      addDone(planned.length - due.length);
      if (due.length > 0) await applyInBulk(due, call);
    }
  }
  /* oxlint-enable no-await-in-loop */
  return failed;
}

/** The maximum number of users whose roles are read in one call. */
const maxUsers = 100;

/**
 * Returns the operations without the changes of roles that others have made since they were planned: a bulk call skips
 * those, without saying which.
 */
async function stillDue(
  operations: readonly Operation[],
  reads: Pick<PermitReads, 'grantsOfAll'>,
): Promise<Operation[]> {
  const changing = operations.filter(({ kind }) => ['assign', 'unassign', 'delete-user'].includes(kind));
  const users = [...new Set(changing.map(subjectKeyOf))];
  const held = new Set<string>();
  for (let start = 0; start < users.length; start += maxUsers)
    for (const one of await reads.grantsOfAll(users.slice(start, start + maxUsers))) held.add(nameOf(one)); // oxlint-disable-line no-await-in-loop -- calls share one rate limit
  return operations.flatMap((one): Operation[] => {
    if (one.kind === 'delete-user')
      return [{ ...one, grants: one.grants.filter((grant) => held.has(nameOf({ user: one.key, grant }))) }];
    const isDue =
      one.kind === 'assign' ? !held.has(nameOf(one)) : one.kind !== 'unassign' || held.has(nameOf(one));
    return isDue ? [one] : [];
  });
}

function nameOf({ user, grant: { role, tenant, instance } }: Assignment): string {
  return JSON.stringify([user, role, tenant, instance]);
}

function isRefusal(error: unknown): error is PermitApiError {
  return error instanceof PermitApiError && !error.retryable;
}

/** Tells `run` whether an earlier attempt had no answer. */
async function withRetry<Result>(
  run: (isUnclear: boolean) => Promise<Result>,
  { retries, signal }: { readonly retries: number; readonly signal: AbortSignal | undefined },
): Promise<Result> {
  let isUnclear = false;
  for (let tries = 0; ; tries++) {
    signal?.throwIfAborted();
    try {
      return await run(isUnclear); // oxlint-disable-line no-await-in-loop -- one attempt at a time
    } catch (error) {
      if (!(error instanceof PermitApiError) || !error.retryable || tries >= retries) throw error;
      isUnclear ||= error.permitStatus === undefined;
    }
    const pause = 200 * 2 ** tries * (0.5 + Math.random());
    // An aborted sleep rejects with its own error, not with the signal's reason.
    await sleep(pause, undefined, signal && { signal }).catch(() => signal?.throwIfAborted()); // oxlint-disable-line no-await-in-loop
  }
}

/**
 * Runs up to `concurrency` operations in parallel. When one fails, the workers finish their current operation and stop,
 * so no call is in flight after the error is thrown.
 */
async function runConcurrently(
  operations: readonly Operation[],
  run: (operation: Operation) => Promise<void>,
): Promise<void> {
  const queue = eachOf(operations);
  const worker = async (): Promise<void> => {
    for (const operation of queue) await run(operation); // oxlint-disable-line no-await-in-loop -- one worker
  };
  const workers = Array.from({ length: Math.min(concurrency, operations.length) }, worker);
  await Promise.allSettled(workers);
  await Promise.all(workers);
}

/** A generator, unlike an array iterator, ends for all workers when one of them leaves its loop with an error. */
function* eachOf(operations: readonly Operation[]): Generator<Operation, void> {
  yield* operations;
}
