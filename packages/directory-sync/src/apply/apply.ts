import { PermitApiError } from '@latchkey/permissions/permit';
import { setTimeout as sleep } from 'node:timers/promises';
import { phases, type Operation } from '../plan/operation.ts';
import type { PermitWrites } from '../permit/permit-facts.ts';
import { applyOne } from './apply-one.ts';
import { bulkOf, type BulkCall } from './bulk.ts';

export interface ApplyOptions {
  readonly signal?: AbortSignal | undefined;
  /** Hears how many operations are done, failed ones among them. */
  readonly onProgress?: ((done: number) => void) | undefined;
  /** From this many operations of a kind on, they go in bulk. */
  readonly bulkFrom?: number;
  /** How often a call is tried again after an outage, with ever longer pauses. */
  readonly patience?: number;
}

export interface FailedOperation {
  readonly operation: Operation;
  readonly reason: string;
}

/** Single calls under way at once. */
const lanes = 8;

/**
 * Does what a plan says, in bulk where Permit can. An operation that Permit refuses is set aside and reported; an outage
 * that outlasts the patience, or the signal, ends it. There is no cursor to keep: what was done is no longer in the next
 * plan, so to resume is to plan again.
 * @throws {PermitApiError} after an outage; the signal's reason
 */
export async function apply(
  operations: readonly Operation[],
  writes: PermitWrites,
  { signal, onProgress, bulkFrom = 10, patience = 5 }: ApplyOptions = {},
): Promise<FailedOperation[]> {
  const failed: FailedOperation[] = [];
  let done = 0;
  const note = (count: number): void => {
    done += count;
    onProgress?.(done);
  };
  const alone = async (operation: Operation): Promise<void> => {
    await insist(() => applyOne(operation, writes), { patience, signal }).catch((error: unknown) => {
      if (!isRefusal(error)) throw error;
      failed.push({ operation, reason: error.message });
    });
    note(1);
  };
  const inBulk = async (some: readonly Operation[], call: BulkCall): Promise<void> => {
    const [only] = some;
    if (some.length === 1 && only !== undefined) return alone(only);
    try {
      await insist(() => call.run(some, writes), { patience, signal });
      note(some.length);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      // One of them spoils the call: halves find it in few calls.
      const middle = Math.ceil(some.length / 2);
      await inBulk(some.slice(0, middle), call);
      await inBulk(some.slice(middle), call);
    }
  };

  const byKind = Map.groupBy(operations, ({ kind }) => kind);
  /* oxlint-disable no-await-in-loop -- later kinds build on earlier ones, and calls share one bucket */
  for (const kind of phases) {
    const some = byKind.get(kind) ?? [];
    const call = bulkOf(kind);
    if (call === undefined || some.length < bulkFrom) {
      await inLanes(some, alone);
      continue;
    }
    for (let start = 0; start < some.length; start += call.size) {
      signal?.throwIfAborted();
      await inBulk(some.slice(start, start + call.size), call);
    }
  }
  /* oxlint-enable no-await-in-loop */
  return failed;
}

function isRefusal(error: unknown): error is PermitApiError {
  return error instanceof PermitApiError && !error.retryable;
}

/** Tries again what an outage prevented: after 0.2 s, then twice as long each time, with jitter. */
async function insist(
  run: () => Promise<void>,
  { patience, signal }: { readonly patience: number; readonly signal: AbortSignal | undefined },
): Promise<void> {
  for (let tries = 0; ; tries++) {
    signal?.throwIfAborted();
    try {
      await run(); // oxlint-disable-line no-await-in-loop -- a try follows a failure
      return;
    } catch (error) {
      if (!(error instanceof PermitApiError) || !error.retryable || tries >= patience) throw error;
    }
    await sleep(200 * 2 ** tries * (0.5 + Math.random()), undefined, signal && { signal }); // oxlint-disable-line no-await-in-loop
  }
}

/** What one lane fails at ends all of them, once they are through with what they are at: nothing is done behind an error. */
async function inLanes(
  operations: readonly Operation[],
  run: (operation: Operation) => Promise<void>,
): Promise<void> {
  const queue = eachOf(operations);
  const lane = async (): Promise<void> => {
    for (const operation of queue) await run(operation); // oxlint-disable-line no-await-in-loop -- one lane
  };
  const all = Array.from({ length: Math.min(lanes, operations.length) }, lane);
  await Promise.allSettled(all);
  await Promise.all(all);
}

/** Unlike an array's own iterator, it is at its end for everybody when one loop over it is broken off. */
function* eachOf(operations: readonly Operation[]): Generator<Operation, void> {
  yield* operations;
}
