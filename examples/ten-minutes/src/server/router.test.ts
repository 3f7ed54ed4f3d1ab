import { assertGated } from '@latchkey/permissions/trpc';
import { expect, test } from 'vitest';
import { appRouter } from './router.ts';

test('every procedure has a gate, except `gates`', async () => {
  await expect(assertGated(appRouter, ['gates'])).resolves.toBeUndefined();
});
