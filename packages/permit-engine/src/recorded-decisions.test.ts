import { readFileSync } from 'node:fs';
import { assert, expect, test } from 'vitest';
import { resourceset, userset } from '../test/document.ts';
import { allows, allTenants, authorizedUsers, check, userPermissions, worldFromDocument } from './index.ts';

/*
 * The answers of Permit's own generated policy, recorded by evaluating it. The recorded documents name condition
 * sets without their conditions; the conditions are given here.
 */
const conditionSets = [
  userset('eng', { 'user.dept': { equals: 'eng' } }),
  userset('vip', { allOf: [{ 'user.level': { equals: 5 } }, { 'user.active': { equals: true } }] }),
  userset('pro_tenant', { 'tenant.plan': { equals: 'pro' } }),
  userset('ctx', { 'context.mfa': { equals: true } }),
  resourceset('open_docs', 'doc', { 'resource.status': { equals: 'open' } }),
];

const worlds = linesOf('recorded-documents').map((line) =>
  worldFromDocument(JSON.parse(line), conditionSets),
);
const decisions = linesOf('recorded-decisions').map((line) => JSON.parse(line));

test.each([
  ['data.permit.root', check, 432],
  ['data.permit.user_permissions.permissions', userPermissions, 72],
  ['data.permit.any_tenant.allowed_tenants', allTenants, 72],
  ['data.permit.authorized_users.authorized_users.result', authorizedUsers, 36],
])('%s', (rule, answer, count) => {
  const ofRule = decisions.filter((decision) => decision.rule === rule);
  expect(ofRule).toHaveLength(count);
  for (const { document, input, output } of ofRule) {
    const world = worlds[document];
    assert(world !== undefined);
    expect(JSON.parse(JSON.stringify(answer(world, input)))).toStrictEqual(output);
  }
});

test('without debug output, and without sources, it is decided as recorded', () => {
  for (const { document, rule, input, output } of decisions) {
    if (rule !== 'data.permit.root') continue;
    const world = worlds[document];
    assert(world !== undefined);
    expect(allows(world, input)).toBe(output.allow);
    const { allow, allowing_sources } = output;
    expect(check(world, { ...input, use_debugger: false })).toEqual({ allow, allowing_sources });
  }
});

test('all 612 recorded decisions are tested', () => expect(decisions).toHaveLength(612));

function linesOf(name: string): readonly string[] {
  const file = new URL(`../test/${name}.ndjson`, import.meta.url);
  return readFileSync(file, 'utf8').trimEnd().split('\n');
}
