import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { assertPolicy } from '../core/define-policy.ts';
import { planPolicy } from '../policy-as-code/plan/plan-policy.ts';
import type { Policy } from '../core/policy.ts';
import { policy } from './reference-policy.test-d.ts';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const page = read('../../../../docs/guide/reference-policy.md');

/** A row has the name, type and default of a field. */
const tables = page.split(/\n\n/).flatMap((block) => {
  const [head, , ...rows] = block
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim())
        .slice(1, -1),
    );
  return head === undefined ? [] : [{ head, rows }];
});

/** Whether each is optional. The source is formatted, so each field begins a line. */
const fieldsOf = (name: string): [string, boolean][] => {
  const [, body = ''] =
    new RegExp(`interface ${name} \\{\\n(.*?)\\n\\}`, 's').exec(read('../core/policy.ts')) ?? [];
  return [...body.matchAll(/^ {2}readonly (\w+)(\??):/gm)].map(([, field = '', mark]) => [
    field,
    mark === '?',
  ]);
};

test.each([
  ['Policy', 0],
  ['ResourceDefinition', 1],
  ['ResourceRoleDefinition', 2],
  ['DerivationDefinition', 3],
  ['RoleDefinition', 4],
  ['UserSetDefinition', 5],
  ['ResourceSetDefinition', 6],
  ['RuleDefinition', 7],
])('the page lists the fields of %s, and which of them are optional', (name, index) => {
  const rows = tables[index]?.rows ?? [];
  const documented = rows.map(([field = '', , fallback]) => [
    field.replaceAll('`', ''),
    fallback !== 'required',
  ]);
  expect(documented).toEqual(fieldsOf(name));
});

test('the page lists the operators of each attribute type', () => {
  const source = read('../core/condition-checks.ts');
  const equality = ['equals', 'not-equals'];
  const [, body = ''] = /interface Operators \{\n(.*?)\n\}/s.exec(source) ?? [];
  const operators = [...body.matchAll(/^ {2}(\w+): ([^;{]*)(\{[^}]*\})?/gm)].map(
    ([, type = '', inherited = '', own = '']) => [
      type,
      [
        ...(inherited.includes('Equality') ? equality : []),
        ...[...own.matchAll(/(?:^|[{;])\s*'?([\w-]+)'?:/g)].map(([, operator = '']) => operator),
      ],
    ],
  );
  const table = tables.find(({ head }) => head.includes('operators'));
  const documented = (table?.rows ?? []).map(([type = '', , list = '']) => [
    type.replaceAll('`', ''),
    list.replaceAll('`', '').split(', '),
  ]);
  expect(documented).toEqual(operators);
});

const withoutNames = (message: string): string => message.replaceAll(/"[^"]*"/g, '"…"');

test('the page lists the messages of the compiler', () => {
  const messages = [
    ...read('../core/policy-in-editor.test.ts').matchAll(
      /^ *(?:\[.*, )?'((?:There is no|The relation|A policy has no|")[^']*[.?])'\]?,$/gm,
    ),
  ];
  expect(messages.length).toBeGreaterThan(15);
  const missing = messages
    .map(([, message = '']) => withoutNames(message))
    .filter((one) => !page.includes(`| ${one}`));
  expect(missing).toEqual([]);
});

const small = {
  resources: { a: { actions: ['view'] } },
  roles: { r: { permissions: [] } },
  defaultRole: 'r',
} as const;
test.each<[string, Partial<Policy>]>([
  ['a key', { roles: { 'a b': { permissions: [] } } }],
  [
    'a key of both sets',
    { userSets: { one: { where: {} } }, resourceSets: { one: { resource: 'a', where: {} } } },
  ],
  ['a set without the condition of anyRole', { userSets: { one: { anyRole: true, where: {} } } }],
  ['a cycle', { roles: { r: { extends: ['s'], permissions: [] }, s: { extends: ['r'], permissions: [] } } }],
  [
    'a renamed key that is still used',
    { roles: { r: { permissions: [] }, s: { renamedFrom: 'r', permissions: [] } } },
  ],
  [
    'a key with two new names',
    { roles: { r: { renamedFrom: 'x', permissions: [] }, s: { renamedFrom: 'x', permissions: [] } } },
  ],
])('the page lists the message about %s', (_what, part) => {
  let message = '';
  try {
    assertPolicy({ ...small, ...part });
  } catch (error) {
    if (error instanceof Error) ({ message } = error);
  }
  expect(message).not.toBe('');
  expect(page).toContain(`| ${withoutNames(message).replace(/: \w+ → .*/, ': … → …')}`);
});

test('the page shows the plan for its table in an empty environment', () => {
  const none = new Map();
  const { steps } = planPolicy(policy, {
    userAttributes: none,
    resources: none,
    roles: none,
    sets: none,
    rules: none,
    unsupported: [],
  });
  const plan = steps.map(({ kind, key }) => `+ ${kind} ${key}`).join('\n');
  expect(page).toContain(`\n\n\`\`\`\n${plan}\n\`\`\`\n`);
});
