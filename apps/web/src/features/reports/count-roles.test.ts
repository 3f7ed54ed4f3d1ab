import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { countRoles } from './count-roles.ts';

test("lists the policy's roles in its order, then other roles by name", () => {
  const members = [
    { roles: ['zebra', 'admin'] },
    { roles: ['viewer', 'billing'] },
    { roles: ['viewer'] },
    { roles: [] },
  ];
  expect(countRoles(members)).toEqual([
    { role: 'viewer', count: 2 },
    { role: 'admin', count: 1 },
    { role: 'billing', count: 1 },
    { role: 'zebra', count: 1 },
  ]);
});

test('counts every role, with the same number as the rows of its filter', () => {
  const role = fc.constantFrom<string[]>('viewer', 'editor', 'admin', 'billing', 'constructor');
  const people = fc.array(fc.record({ roles: fc.array(role) }));
  fc.assert(
    fc.property(people, (members) => {
      const counts = countRoles(members);
      expect(new Set(counts.map(({ role: counted }) => counted))).toEqual(
        new Set(members.flatMap(({ roles }) => roles)),
      );
      for (const { role: counted, count } of counts) {
        expect(members.filter(({ roles }) => roles.includes(counted))).toHaveLength(count);
      }
    }),
  );
});
