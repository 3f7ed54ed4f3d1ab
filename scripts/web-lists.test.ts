import { readFileSync } from 'node:fs';
import { webhookEventNames } from '@latchkey/directory-sync';
import { expect, test } from 'vitest';
import { webhookEventNames as namesInWeb } from '../apps/web/src/features/sync/webhook-event-names.ts';
import { shownPermissions } from '../apps/web/src/policy.ts';

// The web app may not import the server, so it has its own list. `router.test.ts` compares the reference with the gates.
test("the web app shows exactly the permissions that the server's gates require", () => {
  const reference = readFileSync(new URL('../docs/guide/reference-http.md', import.meta.url), 'utf8');
  const gates = reference.matchAll(/^- \*\*`[\w.]+`\*\* \([^)]+\): (.+)$/gm);
  const gated = new Set([...gates].flatMap(([, gate = '']) => gate.match(/[\w-]+:[\w-]+/g) ?? []));
  expect([...shownPermissions].toSorted()).toEqual([...gated].toSorted());
});

// The web app may not import directory-sync, so it has its own list.
test('the web app has messages for exactly the events that the webhook subscribes to', () => {
  expect(namesInWeb).toEqual(webhookEventNames);
});
