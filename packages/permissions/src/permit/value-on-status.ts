import { PermitApiError } from './permit-caller.ts';

/** Runs a management call; returns `value` when Permit's API responds with this HTTP status. Other errors are rethrown. */
export async function valueOnStatus<Result, Value>(
  status: number,
  value: Value,
  run: () => Promise<Result>,
): Promise<Result | Value> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof PermitApiError && error.status === status) return value;
    throw error;
  }
}
