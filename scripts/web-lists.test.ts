import { webhookEventNames } from '@latchkey/directory-sync';
import { expect, test } from 'vitest';
import { createAppRouter } from '../apps/server/src/router.ts';
import { webhookEventNames as namesInWeb } from '../apps/web/src/features/sync/webhook-event-names.ts';
import { shownPermissions } from '../apps/web/src/policy.ts';
import { gatedPermissions } from '../packages/permissions/src/trpc/router-gates.ts';

// The web app may not import the server, so it has its own list.
test("the web app shows exactly the permissions that the server's gates require", async () => {
  // A stub is enough, because no procedure is called.
  const deps = new Proxy({}, { get: () => ({ rules: {}, unused: {} }) });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  const gated = await gatedPermissions(createAppRouter(deps as never));
  expect([...shownPermissions].toSorted()).toEqual(gated.toSorted());
});

// The web app may not import directory-sync, so it has its own list.
test('the web app has messages for exactly the events that the webhook subscribes to', () => {
  expect(namesInWeb).toEqual(webhookEventNames);
});
