import { expect, test } from 'vitest';
import { definePolicy } from './define-policy.ts';

test('throws an error that names an invalid key', () => {
  expect(() =>
    definePolicy({
      resources: { 'access reports': { actions: ['view'] } },
      roles: { viewer: { permissions: '*' } },
      defaultRole: 'viewer',
    }),
  ).toThrow('"access reports"');
});

test('throws an error that names the roles of an inheritance cycle, in order', () => {
  expect(() =>
    definePolicy({
      resources: { reports: { actions: ['view'] } },
      roles: {
        a: { extends: ['b'], permissions: [] },
        b: { extends: ['c'], permissions: [] },
        c: { extends: ['a'], permissions: [] },
      },
      defaultRole: 'a',
    }),
  ).toThrow('a → b → c → a');
});

test('refuses a user set and a resource set with the same key', () => {
  expect(() =>
    definePolicy({
      resources: { reports: { actions: ['view'] } },
      roles: { viewer: { permissions: '*' } },
      userSets: { secret: { where: { 'user.roles': { array_contains: 'viewer' } } } },
      resourceSets: { secret: { resource: 'reports', where: { 'resource.type': { equals: 'reports' } } } },
      defaultRole: 'viewer',
    }),
  ).toThrow('"secret"');
});

const table = (roles: Record<string, { permissions: '*' }>) =>
  definePolicy({
    resources: { reports: { actions: ['view'] } },
    roles: { viewer: { permissions: '*' }, ...roles },
    userSets: { staff: { anyRole: true, where: { 'user.email': { equals: 'ann@example.test' } } } },
    rules: [{ userSet: 'staff', permissions: ['reports:view'] }],
    defaultRole: 'viewer',
  });

test("anyRole requires one of the policy's roles, including roles added later", () => {
  const policy = table({ auditor: { permissions: '*' } });
  expect(policy.userSets.staff.where).toEqual({
    allOf: [
      { 'user.email': { equals: 'ann@example.test' } },
      {
        anyOf: [
          { 'user.roles': { array_contains: 'viewer' } },
          { 'user.roles': { array_contains: 'auditor' } },
        ],
      },
    ],
  });
});
