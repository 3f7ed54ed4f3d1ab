import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { secretVariables } from '@latchkey/environment/secret-files';
import { expect, test } from 'vitest';
import { root } from './start/settings.ts';

const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const page = read('docs/guide/options.md');

function rowsOf(title: string): Map<string, string> {
  const section = page.split('\n## ').find((part) => part.startsWith(title)) ?? '';
  const [head = [], , ...rows] = section
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split('|').map((cell) => cell.trim()));
  const column = head.indexOf('default');
  return new Map(rows.map((cells) => [cells[1]?.replaceAll('`', '') ?? '', cells[column] ?? '']));
}

/** The options of an interface, and whether each is optional. Relies on the formatting: each option starts a line. */
function optionsOf(file: string, name: string): Map<string, boolean> {
  const source = read(file);
  const body = new RegExp(`interface ${name}[^{]*\\{\\n(.*?)\\n\\}`, 's').exec(source)?.[1] ?? '';
  return new Map(
    [...body.matchAll(/^ {2}readonly (\w+)(\??):/gm)].map(([, option = '', mark]) => [option, mark === '?']),
  );
}

const permit = 'packages/permissions/src/permit';
const sync = 'packages/directory-sync/src';
const code = 'packages/permissions/src/policy-as-code';

const decisions = 'Decisions: `createPermitDecider`';

test.each([
  [decisions, `${permit}/permit-decider-types.ts`, 'PermitDeciderOptions', ''],
  [decisions, `${permit}/pdp-client.ts`, 'PdpClientOptions', ''],
  [decisions, `${permit}/resilience.ts`, 'ResilienceOptions', ''],
  [decisions, `${permit}/answer-cache.ts`, 'CacheOptions', 'cache.'],
  ["Permit's API", `${permit}/client/permit-client.ts`, 'PermitManagementOptions', ''],
  ["Permit's API", `${permit}/client/permit-client.ts`, 'PermitClientOptions', ''],
  ["Permit's API", `${permit}/permit-directory.ts`, 'PermitDirectoryOptions', ''],
  ['Policy as code', `${code}/plan/plan-options.ts`, 'PlanOptions', ''],
  ['Policy as code', `${code}/apply/apply-plan.ts`, 'ApplyPlanOptions', ''],
  ['Directory sync', `${sync}/logto/logto-transport.ts`, 'LogtoManagementOptions', ''],
  ['Directory sync', `${sync}/reconcile/reconcile-all.ts`, 'ReconcileAllOptions', ''],
])('%s: the page has every option of %s', (title, file, name, prefix) => {
  const rows = rowsOf(title);
  // The options in `cache` are documented instead.
  const options = [...optionsOf(file, name)].filter(([option]) => option !== 'cache');
  expect(options).not.toEqual([]);
  expect(options.map(([option]) => prefix + option).filter((option) => !rows.has(option))).toEqual([]);
  const optional = options.filter(([, isOptional]) => isOptional).map(([option]) => prefix + option);
  expect(optional.filter((option) => rows.get(option) === 'required')).toEqual([]);
});

test("documents the decider's actual defaults", () => {
  const source = read(`${permit}/decider-defaults.ts`);
  const defaults = [...source.matchAll(/export const default(\w+) = (\{[^}]*\}|[\d_]+);/g)].flatMap(
    ([, group = '', value = '']) =>
      [...`${group.toLowerCase()}: ${value}`.matchAll(/(\w+): ([\d_]+)/g)].map(([, option, number = '']) => [
        `${group === 'Cache' ? 'cache.' : ''}${option}`,
        Number(number.replaceAll('_', '')).toLocaleString('en-US'),
      ]),
  );
  expect(defaults).toHaveLength(9);
  const rows = rowsOf(decisions);
  expect(defaults.map(([option = '']) => [option, rows.get(option)?.replace(' ms', '')])).toEqual(defaults);
});

/** The server's environment variables with their defaults. `undefined` means optional without a default. */
function variablesOf(file: string): Map<string, string | undefined> {
  const source = read(file);
  const shared = new Map(
    [...source.matchAll(/^const (\w+) = (z\b.*?);$/gms)].map(([, name = '', made = '']) => [name, made]),
  );
  const [, object = ''] = /z\s*\.object\(\{\n(.*?)\n {2}\}\)/s.exec(source) ?? [];
  return new Map(
    object.split(/\n(?= {4}[A-Z])/).flatMap((text) => {
      const [, name, made = ''] = /^ {4}([A-Z]\w+): (.*)/s.exec(text) ?? [];
      if (name === undefined) return [];
      const whole = made.replace(/^\w+/, (used) => shared.get(used) ?? used);
      const [, value] = /\.default\('?([^')]+)'?\)/.exec(whole) ?? [];
      return [[name, value ?? (whole.includes('.optional()') ? undefined : 'required')] as const];
    }),
  );
}

test('documents every environment variable of the server with its default', () => {
  const rows = rowsOf('The server');
  const variables = variablesOf('apps/server/src/env.ts');
  expect([...rows.keys()].toSorted()).toEqual([...variables.keys()].toSorted());
  const documented = new Map(
    [...rows].map(([name, value]) => [
      name,
      variables.get(name) === undefined && value !== 'required' ? undefined : value.replaceAll('`', ''),
    ]),
  );
  expect(documented).toEqual(variables);
});

test('names the file of each constant', () => {
  const rows = page.split('\n## Constants')[1]?.split('\n## ')[0] ?? '';
  const files = [...rows.matchAll(/`([\w/-]+\.ts)` +\|$/gm)].map(([, file = '']) => file);
  expect(files.length).toBeGreaterThan(4);
  expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
});

test('documents every kind of change in the audit log', () => {
  const source = read('apps/server/src/features/audit/audit-event.ts');
  const [, list = ''] = /changeActions = \[(.*?)\] as const/s.exec(source) ?? [];
  const actions = [...list.matchAll(/'([\w.-]+)'/g)].map(([, action = '']) => action);
  expect(actions.length).toBeGreaterThan(50);
  const [, kinds = ''] = read('docs/guide/audit.md').split('\n## Kinds of changes\n');
  expect(actions.filter((action) => !kinds.includes(`\`${action}\``))).toEqual([]);
});

test('documents every span and metric', () => {
  const source = read(`${permit}/telemetry.ts`);
  const names = [...source.matchAll(/'(latchkey\.[\w.]+)'/g)].map(([, name = '']) => name);
  expect(names.length).toBeGreaterThan(2);
  for (const name of names) expect(page).toContain(`\`${name}\``);
});

test('documents every secret that can be read from a file', () => {
  const [, paragraph = ''] = /\n\nSecrets may be in files(.*?)\n\n/s.exec(page) ?? [];
  expect(secretVariables.filter((name) => !paragraph.includes(`\`${name}\``))).toEqual([]);
});
