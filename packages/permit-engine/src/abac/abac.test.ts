import { describe, expect, test } from 'vitest';
import { resourceset, userset, worldOf, type SmallEnvironment } from '../../test/document.ts';
import { check, type AuthorizationQuery, type JsonObject } from '../index.ts';

const anyDoc = { key: '__autogen_doc', type: 'resourceset' } as const;

function ask(environment: SmallEnvironment, query: Partial<AuthorizationQuery> = {}) {
  const world = worldOf({ types: { doc: ['read'], task: ['read'] }, debug: true, ...environment });
  return check(world, {
    user: { key: 'ann' },
    action: 'read',
    resource: { type: 'doc', tenant: 'default' },
    ...query,
  });
}

function holds(
  conditions: JsonObject,
  query: Partial<AuthorizationQuery> = {},
  environment: SmallEnvironment = {},
): boolean {
  const sets = [userset('set', conditions), anyDoc];
  return ask({ ...environment, sets, rules: [['set', 'doc:read', '__autogen_doc']] }, query).allow;
}

const is5 = { equals: 5 };
const five = (...keys: string[]): Partial<AuthorizationQuery> => ({
  user: { key: 'ann', attributes: Object.fromEntries(keys.map((key) => [key, 5])) },
});

const inTenant = (tenant: string, key?: string): Partial<AuthorizationQuery> => ({
  resource: { type: 'doc', tenant, key },
});
const engineer = (level: number, dept = 'eng'): Partial<AuthorizationQuery> => ({
  user: { key: 'ann', attributes: { dept, level } },
});
const engineerOn = (attributes: JsonObject, type = 'doc'): Partial<AuthorizationQuery> => ({
  ...engineer(1),
  resource: { type, tenant: 'default', attributes },
});

describe('groups', () => {
  const [a, b] = [{ 'user.a': is5 }, { 'user.b': is5 }];

  test.each(['allOf', 'and'])('%s: all must hold', (name) => {
    expect(holds({ [name]: [a, b] }, five('a', 'b'))).toBe(true);
    expect(holds({ [name]: [a, b] }, five('a'))).toBe(false);
  });

  test.each(['anyOf', 'or'])('%s: one must hold', (name) => {
    expect(holds({ [name]: [a, b] }, five('b'))).toBe(true);
    expect(holds({ [name]: [a, b] }, five('c'))).toBe(false);
    expect(holds({ [name]: [] }, five('a'))).toBe(false);
  });

  test('not: takes one condition, or a list that must not hold as a whole', () => {
    expect(holds({ not: a }, five('b'))).toBe(true);
    expect(holds({ not: a }, five('a'))).toBe(false);
    expect(holds({ not: [a, b] }, five('a'))).toBe(true);
    expect(holds({ not: [a, b] }, five('a', 'b'))).toBe(false);
    expect(holds({ not: { not: a } }, five('a'))).toBe(true);
  });

  test('several entries in one object must all hold', () => {
    expect(holds({ ...a, ...b }, five('a', 'b'))).toBe(true);
    expect(holds({ ...a, ...b }, five('a'))).toBe(false);
    expect(holds({ 'user.a': { 'greater-than': 4, 'less-than': 6 } }, five('a'))).toBe(true);
    expect(holds({ 'user.a': { 'greater-than': 5, 'less-than': 6 } }, five('a'))).toBe(false);
  });

  test('may be nested, and may follow the attribute', () => {
    const age = { 'user.age': { or: [{ between: [15, 18] }, { 'greater-than': 40 }] } };
    const weekday = { 'context.day': { not: { anyOf: [{ equals: 'saturday' }, { equals: 'sunday' }] } } };
    const aged = (years: number, day: string) =>
      holds(
        { allOf: [{ anyOf: [{ allOf: [weekday, age] }] }] },
        {
          user: { key: 'ann', attributes: { age: years } },
          context: { day },
        },
      );
    expect(aged(16, 'monday')).toBe(true);
    expect(aged(41, 'monday')).toBe(true);
    expect(aged(30, 'monday')).toBe(false);
    expect(aged(16, 'sunday')).toBe(false);
  });
});

describe('empty conditions', () => {
  test.each([{}, { allOf: [] }, { and: [{ allOf: [] }, {}] }])(
    'make a user set match no user: %o',
    (conditions) => {
      expect(holds(conditions, five('a'))).toBe(false);
      expect(holds({ not: conditions }, five('a'))).toBe(false);
      expect(holds({ anyOf: [conditions] }, five('a'))).toBe(false);
    },
  );

  test('are ignored in a group with other conditions', () => {
    expect(holds({ allOf: [{ allOf: [] }, { 'user.a': is5 }] }, five('a'))).toBe(true);
    expect(holds({ allOf: [{ and: [] }, { 'user.a': is5 }] }, five('a'))).toBe(true);
  });

  test('make a resource set match every resource of its type', () => {
    const environment: SmallEnvironment = {
      sets: [userset('five', { 'user.a': is5 }), resourceset('docs', 'doc')],
      rules: [
        ['five', 'doc:read', 'docs'],
        ['five', 'task:read', 'docs'],
      ],
    };
    expect(ask(environment, five('a')).allow).toBe(true);
    expect(ask(environment, { ...five('a'), resource: { type: 'task', tenant: 'default' } }).allow).toBe(
      false,
    );
    const open = resourceset('docs', 'doc', { and: [] });
    expect(ask({ ...environment, sets: [userset('five', { 'user.a': is5 }), open] }, five('a')).allow).toBe(
      true,
    );
  });
});

describe('an invalid condition never holds, and neither does its negation', () => {
  test.each<JsonObject>([
    { 'user.a': { 'greater-than-unsupported': 4 } },
    { 'user.a': 5 },
    { 'user.a': {} },
    { 'user.a': [] },
    { user: { equals: 5 } },
    { 'account.a': is5 },
    { all_of: [{ 'user.a': is5 }] },
    { allOf: 'everything' },
    { allOf: [5] },
    { 'user.a': { or: [] } },
    { 'user.a': { any_match: null } },
    { not: [] },
    { 'user.a': { equals: { ref: 'account.a' } } },
    { 'user.a': { object_match: {} } },
    { 'user.a': { object_match: { match: {} } } },
    { 'user.a': { any_match: [] } },
  ])('%o', (conditions) => {
    expect(holds(conditions, five('a'))).toBe(false);
    expect(holds({ not: conditions }, five('a'))).toBe(false);
    expect(holds({ not: { not: conditions } }, five('a'))).toBe(false);
  });
});

describe('paths', () => {
  test.each<[string, Partial<AuthorizationQuery>]>([
    ['user.a', { user: { key: 'ann', attributes: { a: 5 } } }],
    ['subject.a', { user: { key: 'ann', attributes: { a: 5 } } }],
    ['user.a.b.c', { user: { key: 'ann', attributes: { a: { b: { c: 5 } } } } }],
    ['resource.a', { resource: { type: 'doc', attributes: { a: 5 } } }],
    ['tenant.a', { tenant: { attributes: { a: 5 } } }],
    ['context.a', { context: { a: 5 } }],
    ['environment.a', { context: { a: 5 } }],
  ])('%s', (path, query) => {
    expect(holds({ [path]: is5 }, query)).toBe(true);
    expect(holds({ [path]: is5 })).toBe(false);
  });

  test('do not lead into lists, texts and generated sets', () => {
    const user = { key: 'ann', attributes: { list: [5], text: 'x' } };
    for (const path of ['user.list.0', 'user.list.length', 'user.text.length', 'user.roles.size']) {
      expect(holds({ [path]: { 'less-than': 9 } }, { user })).toBe(false);
    }
  });

  test('read own properties only, not inherited ones', () => {
    for (const path of ['user.constructor', 'user.__proto__', 'user.a.toString', 'user.roles.size']) {
      expect(holds({ [path]: { 'not-equals': 'x' } }, five('a'))).toBe(false);
    }
    const attributes: JsonObject = JSON.parse('{"__proto__": {"admin": 5}}');
    expect(holds({ 'user.admin': is5 }, { user: { key: 'ann', attributes } })).toBe(false);
    expect(holds({ 'user.__proto__.admin': is5 }, { user: { key: 'ann', attributes } })).toBe(true);
  });
});

const given = (attributes: JsonObject | null) => ({ user: { key: 'ann', attributes } });

describe('attributes', () => {
  const stored: SmallEnvironment = {
    users: { ann: { acme: ['admin', 'viewer'], zeta: ['viewer'] } },
    userAttributes: { ann: { a: 5, deep: { a: 5, b: 5 } } },
    tenants: ['acme', 'zeta', 'other'],
    tenantAttributes: { acme: { a: 5 }, other: { a: 5 } },
    instances: { 'doc:1': { tenant: 'acme', attributes: { a: 5 } } },
  };
  test('are the stored ones of the user and of the instance', () => {
    expect(holds({ 'user.a': is5 }, {}, stored)).toBe(true);
    expect(holds({ 'user.key': { equals: 'ann' } }, {}, stored)).toBe(true);
    expect(holds({ 'resource.a': is5 }, inTenant('acme', '1'), stored)).toBe(true);
    expect(holds({ 'resource.a': is5 }, inTenant('acme', '2'), stored)).toBe(false);
    expect(holds({ 'resource.a': is5 }, inTenant('acme'), stored)).toBe(false);
  });

  test('of a tenant are visible to its members only', () => {
    expect(holds({ 'tenant.a': is5 }, inTenant('acme'), stored)).toBe(true);
    expect(holds({ 'tenant.a': is5 }, inTenant('other'), stored)).toBe(false);
  });

  test('of the query override the stored ones, key by key, recursively', () => {
    const user = { key: 'ann', attributes: { a: 6, deep: { b: 6 } } };
    expect(holds({ 'user.a': is5 }, { user }, stored)).toBe(false);
    expect(holds({ 'user.deep.a': is5 }, { user }, stored)).toBe(true);
    expect(holds({ 'user.deep.b': is5 }, { user }, stored)).toBe(false);
    const resource = { type: 'doc', key: '1', tenant: 'acme', attributes: { a: 6 } };
    expect(holds({ 'resource.a': is5 }, { resource }, stored)).toBe(false);
  });

  test('of the query replace those of another kind as a whole; `null` changes nothing', () => {
    const environment = { ...stored, userAttributes: { ann: { deep: { a: 5 }, text: 'text' } } };
    expect(holds({ 'user.deep': { equals: 'x' } }, given({ deep: 'x' }), environment)).toBe(true);
    expect(holds({ 'user.text': { equals: { b: 6 } } }, given({ text: { b: 6 } }), environment)).toBe(true);
    expect(holds({ 'user.deep': { equals: { a: 5 } } }, given(null), environment)).toBe(true);
  });

  test('are generated: roles in the tenant, tenants, the type of the resource', () => {
    const roles = { 'user.roles': { array_contains: 'admin' } };
    expect(holds(roles, inTenant('acme'), stored)).toBe(true);
    expect(holds(roles, inTenant('zeta'), stored)).toBe(false);
    expect(holds({ 'user.tenants': { array_superset: ['acme', 'zeta'] } }, inTenant('other'), stored)).toBe(
      true,
    );
    expect(holds({ 'resource.type': { equals: 'doc' } }, inTenant('acme'), stored)).toBe(true);
  });

  test('that are generated sets are not lists, but equal each other', () => {
    expect(holds({ 'user.tenants': { equals: ['acme', 'zeta'] } }, inTenant('acme'), stored)).toBe(false);
    expect(holds({ 'user.tenants': { equals: { ref: 'user.tenants' } } }, inTenant('acme'), stored)).toBe(
      true,
    );
    expect(holds({ 'user.tenants': { equals: { ref: 'user.roles' } } }, inTenant('acme'), stored)).toBe(
      false,
    );
    const rolesEqualTenants = (...roles: string[]) =>
      holds({ 'user.roles': { equals: { ref: 'user.tenants' } } }, inTenant('acme'), {
        ...stored,
        users: { ann: { acme: roles, zeta: ['viewer'] } },
      });
    expect(rolesEqualTenants('zeta', 'acme')).toBe(true);
    expect(rolesEqualTenants('acme')).toBe(false);
    expect(rolesEqualTenants('acme', 'viewer')).toBe(false);
    expect(rolesEqualTenants('acme', 'viewer', 'zeta')).toBe(false);
  });

  test('that are generated sets cannot be compared with other values', () => {
    const roles = { 'user.roles': { 'not-equals': { a: 5 } } };
    expect(holds(roles, inTenant('acme'), stored)).toBe(false);
    expect(holds({ not: roles }, inTenant('acme'), stored)).toBe(false);
    expect(holds({ 'user.roles': { equals: {} } }, inTenant('other'), stored)).toBe(false);
    expect(holds({ 'user.roles': { equals: [] } }, inTenant('other'), stored)).toBe(false);
  });

  test('of users who are not synced are those of the query', () => {
    expect(holds({ 'user.a': is5 }, { user: { key: 'nobody', attributes: { a: 5 } } }, stored)).toBe(true);
  });

  test('have no tenant boundary', () => {
    expect(holds({ 'user.a': is5 }, inTenant('other'), stored)).toBe(true);
    expect(holds({ 'user.a': is5 }, inTenant('nope'), stored)).toBe(true);
    expect(holds({ 'user.a': is5 }, { resource: { type: 'doc' } }, stored)).toBe(true);
  });
});

describe('condition sets', () => {
  const eng = userset('eng', { 'user.dept': { equals: 'eng' } });
  const senior = userset('senior', { 'user.level': { 'greater-than': 4 } }, 'eng');

  test('need the conditions of their parents', () => {
    const environment: SmallEnvironment = {
      sets: [senior, eng, anyDoc],
      rules: [['senior', 'doc:read', '__autogen_doc']],
    };
    expect(ask(environment, engineer(5)).allow).toBe(true);
    expect(ask(environment, engineer(3)).allow).toBe(false);
    expect(ask(environment, engineer(5, 'ops')).allow).toBe(false);
    expect(ask({ ...environment, sets: [senior, anyDoc] }, engineer(5)).allow).toBe(false);
    const ofDocs = resourceset('eng', 'doc');
    expect(ask({ ...environment, sets: [senior, ofDocs, anyDoc] }, engineer(5)).allow).toBe(false);
  });

  test('that are their own ancestors hold for no user', () => {
    const ring = [userset('eng', eng.conditions ?? {}, 'senior'), senior, anyDoc];
    const rules = [['senior', 'doc:read', '__autogen_doc']] as const;
    expect(ask({ sets: ring, rules }, engineer(5)).allow).toBe(false);
  });

  test('for resources are of one type, which a parent does not widen', () => {
    const draft = resourceset('draft', 'doc', { 'resource.status': { equals: 'draft' } });
    const own: SmallEnvironment['sets'] = [
      eng,
      draft,
      {
        key: 'own',
        type: 'resourceset',
        resource: 'doc',
        parent: 'draft',
        conditions: { 'resource.a': is5 },
      },
    ];
    const environment: SmallEnvironment = { sets: own, rules: [['eng', 'doc:read', 'own']] };
    expect(ask(environment, engineerOn({ a: 5, status: 'draft' })).allow).toBe(true);
    expect(ask(environment, engineerOn({ a: 5 })).allow).toBe(false);
    expect(ask(environment, engineerOn({ status: 'draft' })).allow).toBe(false);
    expect(ask(environment, engineerOn({ a: 5, status: 'draft' }, 'task')).allow).toBe(false);
  });

  test('can be a role and a type', () => {
    const environment: SmallEnvironment = {
      users: { ann: { default: ['admin'] }, bob: { default: ['viewer'] } },
      tenants: ['default', 'acme'],
      sets: [{ key: '__autogen_admin', type: 'userset' }, anyDoc],
      rules: [['__autogen_admin', 'doc:read', '__autogen_doc']],
    };
    expect(ask(environment).allow).toBe(true);
    expect(ask(environment, { user: { key: 'bob' } }).allow).toBe(false);
    expect(ask(environment, { resource: { type: 'doc', tenant: 'acme' } }).allow).toBe(false);
    expect(ask(environment, { resource: { type: 'task', tenant: 'default' } }).allow).toBe(false);
    for (const roles of ['admin', 'administrator', ['administrator'], null]) {
      const user = { key: 'eve', attributes: { roles } };
      expect(ask(environment, { user }).allow).toBe(false);
    }
    expect(ask(environment, { user: { key: 'eve', attributes: { roles: ['admin'] } } }).allow).toBe(true);
  });

  test('grant nothing by a rule on another type, or with a set that does not exist', () => {
    const docs = resourceset('docs', 'doc');
    const otherType: SmallEnvironment = { sets: [eng, docs], rules: [['eng', 'task:read', 'docs']] };
    expect(ask(otherType, engineer(1)).allow).toBe(false);
    const noSet: SmallEnvironment = { sets: [eng], rules: [['eng', 'doc:read', 'docs']] };
    expect(ask(noSet, engineer(1)).allow).toBe(false);
  });

  test('grant only what their rule grants, on the type it names; an action need not be defined', () => {
    const environment: SmallEnvironment = {
      sets: [eng, anyDoc],
      rules: [['eng', 'doc:fly', '__autogen_doc']],
    };
    expect(ask(environment, { ...engineer(1), action: 'fly' }).allow).toBe(true);
    expect(ask(environment, engineer(1)).allow).toBe(false);
  });

  test('whose conditions are not given hold for no user', () => {
    const environment: SmallEnvironment = {
      sets: [{ key: 'eng', type: 'userset' }, anyDoc],
      rules: [['eng', 'doc:read', '__autogen_doc']],
    };
    expect(ask(environment, engineer(1)).allow).toBe(false);
    const open: SmallEnvironment = {
      sets: [eng, { key: 'open', type: 'resourceset' }],
      rules: [['eng', 'doc:read', 'open']],
    };
    expect(ask(open, engineer(1)).allow).toBe(false);
  });
});

describe('debug', () => {
  const eng = userset('eng', { 'user.dept': { equals: 'eng' } });
  const open = resourceset('open', 'doc', { 'resource.status': { equals: 'open' } });
  const query: Partial<AuthorizationQuery> = {
    user: { key: 'ann', attributes: { dept: 'eng', roles: ['admin'] } },
    resource: { type: 'doc', tenant: 'default', attributes: { status: 'open' } },
  };
  const abac = (rules: NonNullable<SmallEnvironment['rules']>, more: Partial<AuthorizationQuery> = {}) =>
    ask(
      { sets: [eng, open, anyDoc, { key: '__autogen_admin', type: 'userset' }], rules },
      { ...query, ...more },
    ).debug?.abac;

  test('has no reason where the vendor has none', () => {
    const code = { allow: true, code: 'no_matching_rules' };
    expect(abac([['__autogen_admin', 'doc:read', '__autogen_doc']])).toMatchObject(code);
    const resource = { type: 'doc', attributes: { status: 'open' } };
    expect(abac([['__autogen_admin', 'doc:read', 'open']], { resource })).toMatchObject(code);
    expect(abac([['__autogen_admin', 'doc:read', 'open']], { resource })).not.toHaveProperty('support_link');
  });

  test('lists other rules of a user set beside the granting one', () => {
    const rules = [
      ['eng', 'doc:read', '__autogen_doc'],
      ['eng', 'doc:write', 'open'],
    ] as const;
    expect(abac(rules)?.allowing_rules).toEqual([
      { userset: 'eng', resource_type: 'doc' },
      { userset: 'eng', resourceset: 'open' },
    ]);
  });

  test('leaves ABAC out when RBAC allows, and when there are no sets', () => {
    const environment: SmallEnvironment = {
      users: { ann: { default: ['viewer'] } },
      grants: { viewer: ['doc:read'] },
      sets: [eng, anyDoc],
    };
    expect(ask(environment).debug).not.toHaveProperty('abac');
    expect(ask({ ...environment, sets: [], grants: {} }).debug).not.toHaveProperty('abac');
    expect(ask({ ...environment, grants: {} }).debug).toHaveProperty('abac');
  });
});
