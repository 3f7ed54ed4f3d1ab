import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { flattenGrants, type RoleDefinition } from './index.ts';

const role = (actions: readonly string[], ...parents: string[]): RoleDefinition => ({
  grants: new Map([['doc', new Set(actions)]]),
  extends: parents,
});
const actionsOf = (roles: Record<string, RoleDefinition>, key: string) =>
  [
    ...(flattenGrants(new Map(Object.entries(roles)))
      .get(key)
      ?.get('doc') ?? []),
  ].toSorted();

test('a role grants what it extends, directly or indirectly', () => {
  const roles = {
    admin: role(['delete'], 'editor'),
    editor: role(['write'], 'viewer'),
    viewer: role(['read']),
  };
  expect(actionsOf(roles, 'admin')).toEqual(['delete', 'read', 'write']);
  expect(actionsOf(roles, 'editor')).toEqual(['read', 'write']);
  expect(actionsOf(roles, 'viewer')).toEqual(['read']);
});

test('roles that extend each other grant the same, and an undefined role grants nothing', () => {
  const roles = { a: role(['x'], 'b'), b: role(['y'], 'a', 'gone') };
  expect(actionsOf(roles, 'a')).toEqual(['x', 'y']);
  expect(actionsOf(roles, 'b')).toEqual(['x', 'y']);
});

test('a role grants at least its own permissions and those of every role that it extends', () => {
  const keys = ['a', 'b', 'c', 'd'];
  const definitions = fc.dictionary(
    fc.constantFrom(...keys),
    fc
      .tuple(fc.subarray(['r', 's', 't']), fc.subarray([...keys]))
      .map(([actions, parents]) => role(actions, ...parents)),
  );
  fc.assert(
    fc.property(definitions, (roles) => {
      for (const [key, definition] of Object.entries(roles)) {
        const own = [...(definition.grants.get('doc') ?? [])];
        const inherited = definition.extends.flatMap((parent) => actionsOf(roles, parent));
        expect(actionsOf(roles, key)).toEqual([...new Set([...own, ...inherited])].toSorted());
      }
    }),
  );
});
