import * as fc from 'fast-check';
import { rawBytes } from './hostile-bytes.ts';
import { calls } from './hostile-calls.ts';
import { deliveries } from './hostile-deliveries.ts';
import type { HostileMeans, HostileRequest } from './hostile-request.ts';
import { tokenRequests } from './hostile-tokens.ts';

/** Malicious requests. */
export function hostileRequests(means: HostileMeans): fc.Arbitrary<HostileRequest> {
  return fc.oneof(tokenRequests(means), deliveries(means), calls(means), rawBytes(means));
}
