import { expect, test } from 'vitest';
import type { Operation } from '../plan/operation.ts';
import { guardAgainstMassChange, MassChangeError } from './mass-change.ts';

const grant = { role: 'viewer', tenant: 'acme' };
const unassigning = (users: number): Operation[] =>
  Array.from({ length: users }, (_, index) => ({ kind: 'unassign', user: `user-${index}`, grant }));

test.each([
  [50, 0],
  [50, 509],
  [51, 510],
  [100, 1_000],
])(
  'allows removals from %i subjects when Permit has %i users and tenants, and refuses one more',
  (allowed, total) => {
    expect(() => guardAgainstMassChange(unassigning(allowed), total)).not.toThrow();
    const run = (): void => guardAgainstMassChange(unassigning(allowed + 1), total);
    expect(run).toThrow(MassChangeError);
    expect(run).toThrow(
      expect.objectContaining({ code: 'SYNC_MASS_CHANGE', affected: allowed + 1, allowed, total }),
    );
  },
);

test('a custom guard replaces the default', () => {
  const guard = { subjects: 1, share: 0 };
  expect(() => guardAgainstMassChange(unassigning(1), 1_000, guard)).not.toThrow();
  expect(() => guardAgainstMassChange(unassigning(2), 1_000, guard)).toThrow(MassChangeError);
});

test('a subject with several losses counts once, a user and a tenant with the same key count twice, and gains do not count', () => {
  const guard = { subjects: 2, share: 0 };
  const losses: Operation[] = [
    ...unassigning(1),
    ...unassigning(1),
    { kind: 'delete-user', key: 'user-0', grants: [] },
    { kind: 'delete-tenant', key: 'user-0' },
    { kind: 'assign', user: 'user-8', grant },
    {
      kind: 'create-user',
      user: { key: 'user-9', email: null, firstName: null, attributes: {} },
      grants: [grant],
    },
  ];
  expect(() => guardAgainstMassChange(losses, 0, guard)).not.toThrow();
  expect(() => guardAgainstMassChange(losses, 0, { ...guard, subjects: 1 })).toThrow(
    expect.objectContaining({ affected: 2 }),
  );
});
