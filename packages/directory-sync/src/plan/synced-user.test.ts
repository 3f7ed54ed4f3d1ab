import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { logtoWorld, permitState } from '../testing/arbitrary-states.ts';
import { modelPermit } from '../testing/model-permit.ts';
import { testMapping } from '../testing/test-policy.ts';
import { plan } from './plan.ts';
import type { PermitUserState } from './states.ts';
import { formatSuspendedRoles } from './managed-by-sync.ts';
import { userAfter } from './synced-user.ts';

const shape = (user: PermitUserState | undefined): unknown =>
  user && { ...user, grants: formatSuspendedRoles(user.grants), foreignTenants: undefined };

test("predicts the user's state in Permit after the operations of a plan", () =>
  fc.assert(
    fc.property(logtoWorld, permitState, (logto, permit) => {
      const operations = plan(logto, permit, testMapping);
      const end = operations.reduce(modelPermit, permit);
      // Permit skips restored roles in tenants that no longer exist.
      const carriedOut = operations.filter(
        (one) => one.kind !== 'restore' || end.tenants.has(one.grant.tenant),
      );
      for (const key of new Set([...permit.users.keys(), ...end.users.keys()])) {
        expect(shape(userAfter(key, permit.users.get(key), carriedOut))).toEqual(shape(end.users.get(key)));
      }
    }),
    { numRuns: 400 },
  ));
