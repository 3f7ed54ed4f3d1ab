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
    'sync.status': 'sync:view',
    'sync.deliveries': 'sync:view',
    'sync.delivery': 'sync:view',
    'sync.deadLetters': 'sync:view',
    'sync.drift': 'sync:view',
    'sync.replay': 'sync:replay',
    'sync.pause': 'sync:reconcile',
    'sync.resume': 'sync:reconcile',
    'sync.reconcile': 'sync:reconcile',
    'sync.progress': 'sync:view',
  });
  assertGated(appRouter, ['session.me', 'session.changes', 'session.gates']);
});
