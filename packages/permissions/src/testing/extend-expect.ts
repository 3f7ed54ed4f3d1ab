import type { ExpectStatic } from 'vitest';
import type { Policy } from '../policy.ts';
import type { PermissionOf } from '../policy-types.ts';
import type { TestPermissions, TestSubject } from './create-test-permissions.ts';
import type { AnyPermission, TestOn } from './question.ts';

export interface PermissionAssertions<P extends Policy> {
  readonly not: PermissionAssertions<P>;
  toBeAllowed<Permission extends PermissionOf<P>>(permission: Permission, on?: TestOn<P, Permission>): void;
  toBeDenied<Permission extends PermissionOf<P>>(permission: Permission, on?: TestOn<P, Permission>): void;
}

/** `expect` as it was, and for the subjects of one policy the two assertions, held to that policy's permissions. */
export type TestExpect<P extends Policy> = ((subject: TestSubject<P>) => PermissionAssertions<P>) &
  ExpectStatic;

/**
 * Teaches vitest's `expect` to ask; what comes back is the same `expect`, typed. A failure tells the reasons.
 *
 * ```ts
 * const expect = extendExpect(vitest.expect, permissions);
 * expect(permissions.as('ann', 'acme')).toBeAllowed('reports:view', '1');
 * ```
 */
export function extendExpect<P extends Policy>(
  expect: ExpectStatic,
  _permissions: TestPermissions<P>,
): TestExpect<P> {
  expect.extend({
    toBeAllowed: (received: unknown, permission: AnyPermission, on?: TestOn) => {
      const subject = subjectOf(received);
      return { pass: subject.can(permission, on), message: () => subject.why(permission, on) };
    },
    toBeDenied: (received: unknown, permission: AnyPermission, on?: TestOn) => {
      const subject = subjectOf(received);
      return { pass: !subject.can(permission, on), message: () => subject.why(permission, on) };
    },
  });
  return expect as TestExpect<P>; // oxlint-disable-line typescript/no-unsafe-type-assertion -- extended just now, which types cannot follow
}

function subjectOf(received: unknown): TestSubject {
  if (!isSubject(received))
    throw new TypeError('toBeAllowed and toBeDenied ask about `permissions.as(subject, tenant)`.');
  return received;
}

function isSubject(value: unknown): value is TestSubject {
  return typeof value === 'object' && value !== null && 'can' in value && 'why' in value;
}
