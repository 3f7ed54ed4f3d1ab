import { expect, test } from 'vitest';
import type { Check, Decider, Decision } from './decision.ts';
import { PermissionDeniedError } from './errors.ts';
import { createPermissions } from './permissions.ts';

let asked: readonly Check[][] = [];

/** Returns only the first `limit` decisions. */
function permissionsWith({
  allows = ({ subject }: Check): boolean => subject === 'ann',
  limit = Infinity,
  extra = 0,
} = {}) {
  asked = [];
  const decider: Decider = {
    async decide(checks) {
      asked = [...asked, [...checks]];
      const decisions = checks.map((check): Decision => {
        const { permission } = check;
        return allows(check)
          ? { outcome: 'allow', permission }
          : {
              outcome: 'deny',
              permission,
              reason: 'no_permission',
              grantedBy: ['admin'],
              grantedByInstanceRoles: [],
            };
      });
      const more = Array.from({ length: extra }, (): Decision => ({ outcome: 'allow', permission: 'more' }));
      return [...decisions.slice(0, limit), ...more];
    },
    grants: async (subject, tenant) => ({ roles: [subject], permissions: [tenant] }),
  };
  return createPermissions(decider, { subject: 'ann', tenant: 'acme' });
}
const questions = [{ permission: 'reports:view', on: '1' }, { permission: 'reports:edit' }];

test.each([
  ['no decision', { limit: 0 }],
  ['one decision less', { limit: 1 }],
  ['one decision more', { extra: 1 }],
])('%s than questions: nothing is allowed and nothing is denied', async (_, answers) => {
  const permissions = permissionsWith(answers);
  await expect(permissions.checkMany(questions)).rejects.toThrow(TypeError);
  await expect(permissions.filter('reports:view', ['1', '2'], (id) => id)).rejects.toThrow(TypeError);
});

test.each([{ limit: 0 }, { extra: 1 }])('%j: a single check needs exactly one decision', async (answers) => {
  const permissions = permissionsWith(answers);
  await expect(permissions.check('reports:view')).rejects.toThrow(TypeError);
  await expect(permissions.require('reports:view', '1')).rejects.toThrow(TypeError);
});

test("a check contains the user, the tenant, and the server's attributes of the instance", async () => {
  const permissions = permissionsWith();
  await permissions.check('reports:view');
  await permissions.check('reports:view', '1');
  await permissions.check('reports:view', { key: '2' });
  const common = { subject: 'ann', tenant: 'acme', permission: 'reports:view' };
  expect(asked).toEqual([[common], [{ ...common, instance: '1' }], [{ ...common, instance: '2' }]]);
  expect([permissions.subject, permissions.tenant]).toEqual(['ann', 'acme']);
});

test('returns decisions in the order of the questions, and makes no call without questions', async () => {
  const permissions = permissionsWith({ allows: ({ instance }) => instance === '1' });
  expect((await permissions.checkMany(questions)).map(({ outcome }) => outcome)).toEqual(['allow', 'deny']);
  expect(await permissions.checkMany([])).toEqual([]);
  expect(asked).toHaveLength(1);
});

test('filter returns the allowed items in order, with one call', async () => {
  const permissions = permissionsWith({ allows: ({ instance }) => instance !== '2' });
  const items = [{ id: '3' }, { id: '2' }, { id: '1' }];
  expect(await permissions.filter('reports:view', items, ({ id }) => id)).toEqual([{ id: '3' }, { id: '1' }]);
  expect(asked).toHaveLength(1);
});

test('require resolves when allowed and rejects with the decision when denied', async () => {
  await expect(permissionsWith().require('reports:view')).resolves.toBeUndefined();
  const denied = permissionsWith({ allows: () => false }).require('reports:view');
  await expect(denied).rejects.toBeInstanceOf(PermissionDeniedError);
  await expect(denied).rejects.toMatchObject({
    code: 'FORBIDDEN',
    decision: { permission: 'reports:view', grantedBy: ['admin'] },
  });
});

test("grants returns the user's grants in the tenant", async () => {
  expect(await permissionsWith().granted()).toEqual({ roles: ['ann'], permissions: ['acme'] });
});

test('require rejects unless the outcome is "allow", whatever else an untyped decider returns', async () => {
  const denied = { outcome: 'denied', permission: 'reports:view' };
  const decider: Decider = {
    grants: async () => ({ roles: [], permissions: [] }),
    decide: async () => JSON.parse(JSON.stringify([denied])),
  };
  const permissions = createPermissions(decider, { subject: 'ann', tenant: 'acme' });
  await expect(permissions.require('reports:view')).rejects.toBeInstanceOf(PermissionDeniedError);
});

test.each([[['1']], [null], [7]])('refuses the instance %j, which is no key', async (on) => {
  const instance: string = JSON.parse(JSON.stringify(on));
  await expect(permissionsWith().check('reports:view', instance)).rejects.toThrow('is not a key');
  expect(asked).toEqual([]);
});
