import { expect, test } from 'vitest';
import { createLanguageService } from '../testing/fixtures/language-service.ts';

const service = createLanguageService();

function errorsWith(part: string, replacement: string): string[] {
  const table = `
import { definePolicy } from './define-policy.ts';
definePolicy({
  userAttributes: { clearance: 'string' },
  resources: {
    folders: { actions: ['view'], roles: { keeper: { permissions: ['view'] } } },
    reports: {
      actions: ['view', 'edit'],
      attributes: { pages: 'number' },
      relations: { parent: 'folders' },
      roles: { reader: { permissions: ['view'], derivedFrom: [{ role: 'keeper', on: 'folders', via: 'parent' }] } },
    },
  },
  roles: { viewer: { permissions: ['reports:view'] }, admin: { extends: ['viewer'], permissions: '*' } },
  userSets: { cleared: { where: { 'user.clearance': { equals: 'top' } } } },
  resourceSets: { long: { resource: 'reports', where: { 'resource.pages': { 'greater-than': 9 } } } },
  rules: [{ userSet: 'cleared', resourceSet: 'long', permissions: ['reports:edit'] }],
  defaultRole: 'viewer',
});`;
  expect(table.split(part)).toHaveLength(2);
  return service.errorsOf(table.replace(part, replacement));
}

// The original, its replacement, and the only error message.
test.each([
  ['  rules: [', '  ruls: [', 'A policy has no "ruls". Did you mean "rules"?'],
  ['  resourceSets:', '  resourceSet:', 'A policy has no "resourceSet". Did you mean "resourceSets"?'],
  ['  userSets:', '  usersets:', 'A policy has no "usersets". Did you mean "userSets"?'],
  ["extends: ['viewer']", "extend: ['viewer']", 'A role has no "extend". Did you mean "extends"?'],
  ['attributes: { pages', 'atributes: { pages', 'A resource has no "atributes". Did you mean "attributes"?'],
  ['derivedFrom', 'derivedfrom', 'A role has no "derivedfrom". Did you mean "derivedFrom"?'],
  ["via: 'parent'", "via: 'parent', per: 'parent'", 'A derivation has no "per".'],
  [
    "{ resource: 'reports',",
    "{ nmae: 'x', resource: 'reports',",
    'A resource set has no "nmae". Did you mean "name"?',
  ],
  ['cleared: {', "cleared: { nam: 'x',", 'A user set has no "nam". Did you mean "name"?'],
  [
    "[{ userSet: 'cleared'",
    "[{ userset: 'x', userSet: 'cleared'",
    'A rule has no "userset". Did you mean "userSet"?',
  ],
])('%s → %s: %s', (part, replacement, message) => {
  expect(messages(errorsWith(part, replacement))).toContain(message);
});

// The original, its replacement, and an error message.
test.each([
  ["defaultRole: 'viewer'", "defaultRole: 'veiwer'", 'There is no role "veiwer".'],
  ["extends: ['viewer']", "extends: ['veiwer']", 'There is no role "veiwer".'],
  ["['reports:view'] }, admin", "['reports:veiw'] }, admin", 'There is no permission "reports:veiw".'],
  ["permissions: '*'", "permissions: 'reports:view'", '"reports:view" is no list of permissions, nor "*".'],
  ["parent: 'folders'", "parent: 'folder'", 'There is no resource "folder".'],
  [
    "reader: { permissions: ['view']",
    "reader: { permissions: ['share']",
    'There is no action of reports "share".',
  ],
  ["role: 'keeper'", "role: 'owner'", 'There is no role on folders "owner".'],
  ["on: 'folders'", "on: 'reports'", 'The relation leads to "folders".'],
  ["via: 'parent'", "via: 'child'", 'There is no relation of reports "child".'],
  ["clearance: 'string'", "clearance: 'text'", 'There is no type "text". Did you mean "string"?'],
  ["clearance: 'string'", "clearance: 'strng'", 'There is no type "strng". Did you mean "string"?'],
  ["clearance: 'string'", "clearance: 'boolean'", 'There is no type "boolean". Did you mean "bool"?'],
  ["'user.clearance': {", "'user.clearence': {", 'There is no attribute "user.clearence".'],
  ["'resource.pages': {", "'resource.page': {", 'There is no attribute "resource.page".'],
  ["equals: 'top'", "contain: 'top'", '"contain" does not apply to an attribute of type string.'],
  ["equals: 'top'", "equals: { ref: 'user.team' }", 'There is no attribute "user.team".'],
  [
    "'greater-than': 9",
    "'greater-than': '9'",
    '"greater-than" on an attribute of type number takes a value of another type.',
  ],
  ["resource: 'reports'", "resource: 'report'", 'There is no resource "report".'],
  ["userSet: 'cleared'", "userSet: 'clear'", 'There is no user set "clear".'],
  ["resourceSet: 'long'", "resourceSet: 'short'", 'There is no resource set "short".'],
  ["['reports:edit']", "['reports:edits']", 'There is no permission "reports:edits".'],
])('%s → %s: %s', (part, replacement, message) => {
  expect(messages(errorsWith(part, replacement))).toContain(message);
});

test('an error lists the known names and suggests the closest one', () => {
  expect(errorsWith("defaultRole: 'viewer'", "defaultRole: 'veiwer'")).toEqual([
    `Type '"veiwer"' is not assignable to type 'Wrong<"There is no role \\"veiwer\\".", "viewer" | "admin">'. Did you mean '"viewer"'?`,
  ]);
});

test.each(['defaultRole', 'resources', 'roles'])(
  'a policy without %s has one error, which names it',
  (part) => {
    const parts = {
      resources: "resources: { reports: { actions: ['view'] } }",
      roles: 'roles: { viewer: { permissions: [] } }',
      defaultRole: "defaultRole: 'viewer'",
    };
    const others = Object.entries(parts).filter(([name]) => name !== part);
    const table = others.map(([, text]) => text).join(', ');
    const errors = service.errorsOf(
      `import { definePolicy } from './define-policy.ts';\ndefinePolicy({ ${table} });`,
    );
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain(`Property '${part}' is missing`);
  },
);

/** Only an instance role and the role with all permissions grant `documents:view`. */
const program = (call: string): string => `
import { definePolicy } from './define-policy.ts';
import type { PolicyPermissions } from './permissions.ts';
const policy = definePolicy({
  resources: { documents: { actions: ['view'], roles: { reader: { permissions: ['view'] } } } },
  roles: { member: { permissions: [] }, admin: { permissions: '*' } },
  defaultRole: 'member',
});
export const ask = (permissions: PolicyPermissions<typeof policy>) => permissions.${call};`;

test('the error for a check without an instance says to pass it', () => {
  for (const method of ['check', 'require']) {
    expect(service.errorsOf(program(`${method}('documents:view', '1')`))).toEqual([]);
    expect(messages(service.errorsOf(program(`${method}('documents:view')`)))).toEqual([
      'A check of "documents:view" needs an instance, or undefined for the resource as a whole.',
    ]);
  }
});

test('the error for an instance with its resource says to pass the key', () => {
  for (const method of ['check', 'require'])
    expect(messages(service.errorsOf(program(`${method}('documents:view', 'documents:1')`)))).toEqual([
      expect.stringContaining('"documents:1" is no key: pass "1", the key of an instance of the permission'),
    ]);
});

const gate = (instance: string): string => `
import { initTRPC } from '@trpc/server';
import { z } from 'zod';
import type { Permissions } from './permissions.ts';
import { createGates, type Gate } from '../trpc/index.ts';
const t = initTRPC
  .context<{ readonly permissions: Permissions<'documents:view', 'member'> }>()
  .meta<{ readonly gate?: Gate }>()
  .create();
export const view = createGates(t.procedure)('documents:view', z.object({ id: z.string() })${instance});`;

test('the error for a gate with a schema, but without an instance, says to pass it', () => {
  expect(service.errorsOf(gate(', ({ id }) => id'))).toEqual([]);
  expect(messages(service.errorsOf(gate('')))).toEqual([
    'Pass the instance of the input as the third argument: ({ id }) => id, or a loader.',
  ]);
});

/** Without the compiler's text around them. */
function messages(errors: readonly string[]): string[] {
  return errors.map((error) => /"((?:[^"\\]|\\.)+[.?])"/.exec(error)?.[1]?.replaceAll('\\"', '"') ?? error);
}

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
  // Also in place of a correct name.
  expect(service.completionsAt(table.replace(place, `${before}'|${name}'`))).toEqual(
    expect.arrayContaining([...offered]),
  );
});

/** Not an error message, which is also a type. */
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
