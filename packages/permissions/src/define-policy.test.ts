import { expect, test } from 'vitest';
import { definePolicy } from './define-policy.ts';

test('a key that Permit would refuse is named', () => {
  expect(() =>
    definePolicy({
      resources: { 'access reports': { actions: ['view'] } },
      roles: { viewer: { permissions: '*' } },
      defaultRole: 'viewer',
    }),
  ).toThrow('"access reports"');
});

test('roles that inherit in a circle are named in their order', () => {
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

test('a user set and a resource set cannot share a key, since Permit keeps both under one', () => {
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
