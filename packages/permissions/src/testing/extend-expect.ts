import type { ExpectStatic } from 'vitest';
import type { PermissionOf, Policy } from '../core/policy.ts';
import type { TestPermissions, TestSubject } from './create-test-permissions.ts';
import type { AnyPermission, TestResourceRef } from './test-resource-ref.ts';

/** The assertions of `expect(permissions.as(subject, tenant))`. A failure prints the explanation of the decision. */
export interface PermissionAssertions<P extends Policy> {
  /** Negates the assertions. */
  readonly not: PermissionAssertions<P>;
  /** Asserts that the user has the permission. */
  toBeAllowed<Permission extends PermissionOf<P>>(
    permission: Permission,
    on?: TestResourceRef<P, Permission>,
  ): void;
  /** Asserts that the user does not have the permission. */
  toBeDenied<Permission extends PermissionOf<P>>(
    permission: Permission,
    on?: TestResourceRef<P, Permission>,
  ): void;
}

/** Vitest's `expect`, with `toBeAllowed` and `toBeDenied`, typed by the policy. */
export type TestExpect<P extends Policy> = ((subject: TestSubject<P>) => PermissionAssertions<P>) &
  ExpectStatic;

/**
 * Adds `toBeAllowed` and `toBeDenied` to Vitest's `expect`. Returns the same `expect`, typed by the policy.
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
    toBeAllowed: (received: unknown, permission: AnyPermission, on?: TestResourceRef) => {
      const subject = subjectOf(received);
      return { pass: subject.can(permission, on), message: () => subject.why(permission, on).text };
    },
    toBeDenied: (received: unknown, permission: AnyPermission, on?: TestResourceRef) => {
      const subject = subjectOf(received);
      return { pass: !subject.can(permission, on), message: () => subject.why(permission, on).text };
    },
  });
  return expect as TestExpect<P>; // oxlint-disable-line typescript/no-unsafe-type-assertion -- extended above, which types cannot express
}

function subjectOf(received: unknown): TestSubject {
  if (!isSubject(received))
    throw new TypeError('toBeAllowed and toBeDenied ask about `permissions.as(subject, tenant)`.');
  return received;
}

function isSubject(value: unknown): value is TestSubject {
  return typeof value === 'object' && value !== null && 'can' in value && 'why' in value;
}
