import { expect, test } from 'vitest';
import { createLanguageService } from '../testing/fixtures/language-service.ts';

const service = createLanguageService();

const table = `
import { definePolicy } from './define-policy.ts';
export const policy = definePolicy({
  userAttributes: { clearance: 'string' },
  resources: {
    collections: { actions: ['view', 'share'], roles: { keeper: { permissions: ['view'] } } },
    reports: {
      actions: ['view', 'edit'],
      attributes: { classification: 'number' },
      relations: { parent: 'collections' },
      roles: {
        reader: {
          permissions: ['edit'],
          derivedFrom: [{ role: 'keeper', on: 'collections', via: 'parent' }],
        },
      },
    },
  },
  roles: {
    viewer: { permissions: ['reports:view'] },
    admin: { extends: ['viewer'], permissions: ['collections:view'] },
  },
  userSets: {
    cleared: {
      where: { allOf: [{ 'user.clearance': { equals: 'x' } }, { 'user.key': { 'not-equals': { ref: 'user.email' } } }] },
    },
  },
  resourceSets: {
    secret: { resource: 'reports', where: { not: { 'resource.classification': { 'less-than': 1 } } } },
  },
  rules: [
    { userSet: 'cleared', resourceSet: 'secret', permissions: ['reports:edit'] },
    { role: 'viewer', resource: 'collections', permissions: ['collections:share'] },
  ],
  defaultRole: 'viewer',
});
`;

const permissions = ['collections:share', 'collections:view', 'reports:edit', 'reports:view'];
const userPaths = ['user.clearance', 'user.email', 'user.key', 'user.roles', 'user.tenants'];

/** [the kind of location, the text before it, the name at this location, some names that must be offered] */
const places = [
  ["an attribute's type", 'clearance: ', 'string', ['array', 'bool', 'json', 'number', 'string', 'time']],
  ["a relation's resource", 'parent: ', 'collections', ['collections', 'reports']],
  ['an action of an instance role', 'reader: {\n          permissions: [', 'edit', ['edit', 'view']],
  ["a derivation's role", 'derivedFrom: [{ role: ', 'keeper', ['keeper']],
  ["a derivation's resource", "role: 'keeper', on: ", 'collections', ['collections']],
  ["a derivation's relation", 'via: ', 'parent', ['parent']],
  ['a permission of a role', 'viewer: { permissions: [', 'reports:view', permissions],
  ['a role that is extended', 'extends: [', 'viewer', ['admin', 'viewer']],
  ["an attribute in a user set's condition", 'allOf: [{ ', 'user.clearance', userPaths],
  [
    "an attribute in a resource set's condition",
    'not: { ',
    'resource.classification',
    [...userPaths, 'resource.classification', 'resource.type'],
  ],
  [
    'an operator, those of the type of the attribute',
    "'resource.classification': { ",
    'less-than',
    [
      'between',
      'equals',
      'greater-than',
      'greater-than-equals',
      'in',
      'less-than',
      'less-than-equals',
      'not-equals',
    ],
  ],
  ['an attribute that a condition refers to', 'ref: ', 'user.email', userPaths],
  ["a resource set's resource", 'secret: { resource: ', 'reports', ['collections', 'reports']],
  ["a rule's user set", 'userSet: ', 'cleared', ['cleared']],
  ["a rule's role", '{ role: ', 'viewer', ['admin', 'viewer']],
  ["a rule's resource set", 'resourceSet: ', 'secret', ['secret']],
  ["a rule's resource", 'resource: ', 'collections', ['collections', 'reports']],
  ["a rule's permission", "resourceSet: 'secret', permissions: [", 'reports:edit', permissions],
  ['the default role', 'defaultRole: ', 'viewer', ['admin', 'viewer']],
] as const;

test.each(places)('the editor completes %s', (_kind, before, name, offered) => {
  const place = `${before}'${name}'`;
  expect(table.split(place)).toHaveLength(2);
  const empty = service.completionsAt(table.replace(place, `${before}'|'`));
  expect(empty).toEqual(expect.arrayContaining([...offered]));
  expect(empty.filter((other) => !isName(other))).toEqual([]);
  // A correct name can be replaced with another one.
  expect(service.completionsAt(table.replace(place, `${before}'|${name}'`))).toEqual(
    expect.arrayContaining([...offered]),
  );
});

/** Error messages are types too: none of them may be offered as a name. */
function isName(offered: string): boolean {
  return /^[\w.:-]*$/.test(offered);
}

test.each([
  [
    'a resource',
    "relations: { parent: 'collections' },",
    "relations: { parent: 'collections' }, |",
    ['name'],
  ],
  [
    'a role',
    "viewer: { permissions: ['reports:view']",
    "viewer: { permissions: ['reports:view'], |",
    ['extends', 'name'],
  ],
  ['a user set', 'cleared: {\n', 'cleared: { |\n', ['name']],
  ['a rule', "{ role: 'viewer', ", "{ role: 'viewer', | ", ['resourceSet', 'userSet']],
] as const)('the editor completes the properties of %s', (_kind, place, marked, offered) => {
  expect(service.completionsAt(table.replace(place, marked))).toEqual(expect.arrayContaining([...offered]));
});

const writes = `${table}
import { createPermissions } from './permissions.ts';
import { createPermitDecider } from '../permit/permit-decider.ts';
import { createPermitDirectory } from '../permit/permit-directory.ts';
const options = { policy, apiUrl: '', apiKey: '' };
const directory = createPermitDirectory(options);
const permissions = createPermissions(createPermitDecider({ ...options, url: '' }), { subject: 'ann', tenant: 'acme' });
void directory.assignRole({ user: 'ann', tenant: 'acme', role: 'admin' });
void directory.link({ relation: 'parent', subject: 'collections:1', object: 'reports:1' }, 'acme');
void permissions.list('reports:edit', { relations: ['parent'] });
`;

test.each([
  ['a tenant role', "tenant: 'acme', role: '", ['admin', 'viewer']],
  ['a relation of a link', "directory.link({ relation: '", ['parent']],
  ['a relation of a list', "relations: ['", ['parent']],
])('the editor completes %s, in calls', (_kind, before, offered) => {
  const at = writes.indexOf(before) + before.length;
  expect(service.completionsAt(`${writes.slice(0, at)}|${writes.slice(at)}`)).toEqual(
    expect.arrayContaining(offered),
  );
});

test('the message about a misspelled name lists the names', () => {
  const errorOf = (name: string, wrong: string): string =>
    service.errorsOf(writes.replace(name, wrong)).join('\n');
  expect(service.errorsOf(writes)).toEqual([]);
  expect(errorOf("tenant: 'acme', role: 'admin'", "tenant: 'acme', role: 'admn'")).toContain(
    `Type '"admn"' is not assignable to type '"keeper" | "reader" | "viewer" | "admin"'.`,
  );
  expect(errorOf("{ relation: 'parent'", "{ relation: 'parnt'")).toBe(
    `Type '"parnt"' is not assignable to type '"parent"'.`,
  );
  expect(errorOf("relations: ['parent']", "relations: ['parnt']")).toBe(
    `Type '"parnt"' is not assignable to type '"parent"'.`,
  );
});

test('the policy of this test compiles', () => {
  expect(service.errorsOf(table)).toEqual([]);
});
