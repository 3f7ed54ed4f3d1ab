import { expect, test } from 'vitest';
import { createAppRouter } from '../apps/server/src/router.ts';
import { shownPermissions } from '../apps/web/src/policy.ts';
import { gatedPermissions } from '../packages/permissions/src/trpc/router-gates.ts';

// The web app may not import the server, so it has a list of its own.
test('the web app shows exactly the permissions that a gate of the server requires', async () => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a router is made of its procedures; none is called
  const gated = await gatedPermissions(createAppRouter({} as never));
  expect([...shownPermissions].toSorted()).toEqual(gated.toSorted());
});
