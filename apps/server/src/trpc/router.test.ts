import { assertGated, gatesOf } from '@latchkey/permissions/trpc';
import { expect, test } from 'vitest';
import { appRouter } from './router.ts';

test('every procedure names its permission, except the few that everyone signed in may call', () => {
  expect(gatesOf(appRouter)).toEqual({
    'reports.list': 'reports:view',
    'reports.get': 'reports:view',
    'reports.create': 'reports:create',
    'reports.publish': 'reports:publish',
    'reports.remove': 'reports:delete',
  });
  assertGated(appRouter, ['session.me', 'session.changes', 'session.gates']);
});
