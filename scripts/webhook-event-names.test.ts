import { webhookEventNames } from '@latchkey/directory-sync';
import { expect, test } from 'vitest';
import { webhookEventNames as namesInWeb } from '../apps/web/src/features/sync/webhook-event-names.ts';

// The web app may not import directory-sync, so it has its own list.
test('the web app has messages for exactly the events that the webhook subscribes to', () => {
  expect(namesInWeb).toEqual(webhookEventNames);
});
