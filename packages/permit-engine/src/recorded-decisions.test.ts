import { readFileSync } from 'node:fs';
import { assert, expect, test } from 'vitest';
import { resourceset, userset } from '../test/document.ts';
import {
  allows,
  allTenants,
  authorizedUsers,
  check,
  userPermissions,
  worldFromDocument,
  type AllowedTenant,
  type AuthorizationQuery,
  type AuthorizationResult,
  type AuthorizedUsersQuery,
  type AuthorizedUsersResult,
  type UserPermissionsQuery,
  type UserPermissionsResult,
  type World,
} from './index.ts';

/* Recorded from Permit's own generated policy, whose documents name condition sets without their conditions. */
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

test('`allows`, and `check` without debug output, decide as recorded', () => {
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

/*
 * ReBAC as Permit's public policy decides it in OPA, and as the vendor's tests and documentation expect it. The graph
 * is private: "modelled-builtin" marks answers that use its documented behaviour; `assumes` and `differsIn` mark what
 * is likely, but not certain. Not compared: the wording of the graph's reasons, and `debug.abac` (the recorded policy
 * lists a condition set that its data lacks).
 */
type Recorded = { readonly document: number; readonly world: string; readonly provenance: string } & (
  | Pair<'data.permit.root', AuthorizationQuery, AuthorizationResult>
  | Pair<'data.permit.bulk.allow', { readonly checks: AuthorizationQuery[] }, AuthorizationResult[]>
  | Pair<'data.permit.any_tenant.allowed_tenants', AuthorizationQuery, AllowedTenant[]>
  | Pair<'data.permit.user_permissions.permissions', UserPermissionsQuery, UserPermissionsResult>
  | Pair<
      'data.permit.authorized_users.authorized_users.result',
      AuthorizedUsersQuery,
      AuthorizedUsersResult | VendorTest
    >
);

interface Pair<Rule, Input, Output> {
  readonly rule: Rule;
  readonly input: Input;
  readonly output: Output;
}

/** One user is listed, with nothing but these assignments, or absent. */
interface VendorTest {
  readonly resource: string;
  readonly tenant: string;
  readonly user?: string;
  readonly absent?: string;
  readonly assignments?: readonly (readonly [user: string, resource: string, role: string])[];
}

const rebacWorlds = linesOf('recorded-rebac-documents').map((line) => worldFromDocument(JSON.parse(line)));
const rebacDecisions = linesOf('recorded-rebac').map((line): Recorded => JSON.parse(line));

test('all 411 recorded decisions of ReBAC are tested', () => expect(rebacDecisions).toHaveLength(411));

test.each([...Map.groupBy(rebacDecisions, ({ world, provenance }) => `${world}: ${provenance}`)])(
  '%s',
  (_, recorded) => {
    for (const decision of recorded) {
      const world = rebacWorlds[decision.document];
      assert(world !== undefined);
      const [answer, expected] = compared(world, decision);
      expect({ asked: decision.input, answer }).toEqual({ asked: decision.input, answer: expected });
    }
  },
);

function compared(world: World, { rule, input, output }: Recorded): readonly [unknown, unknown] {
  switch (rule) {
    case 'data.permit.root': {
      const answer = check(world, input);
      // The vendor states the verdict alone.
      return output.debug === undefined
        ? [answer.allow, output.allow]
        : [comparable(answer), comparable(output)];
    }
    case 'data.permit.bulk.allow':
      return [input.checks.map((query) => comparable(check(world, query))), output.map(comparable)];
    case 'data.permit.any_tenant.allowed_tenants':
      return [byTenant(allTenants(world, input)), byTenant(output)];
    case 'data.permit.user_permissions.permissions':
      return [userPermissions(world, input), sortedRoles(output)];
    default:
      return 'users' in output
        ? comparedUsers(world, input, output)
        : vendorTest(authorizedUsers(world, input), output);
  }
}

function comparable({ allow, allowing_sources, debug }: AuthorizationResult): unknown {
  const { abac: _, rebac, ...rest } = debug ?? {};
  if (rebac?.allowing_roles === undefined) return { allow, allowing_sources, ...rest, rebac };
  const roles = rebac.allowing_roles.map((role) =>
    typeof role === 'string' ? role : [role.role, role.resource],
  );
  return { allow, allowing_sources, ...rest, roles, code: rebac.code };
}

function byTenant(answers: readonly AllowedTenant[]): unknown {
  return answers
    .map((answer) => [answer.tenant.key, answer.tenant, comparable(answer)] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** Their recorded order comes from the private graph. */
function sortedRoles(listed: UserPermissionsResult): unknown {
  const sorted = Object.entries(listed).map(([object, entry]) => [
    object,
    entry.resource === undefined ? entry : { ...entry, roles: entry.roles.toSorted() },
  ]);
  return Object.fromEntries(sorted);
}

/** The documentation writes roles plainly, and lists the assignments in another order than the policy. */
function comparedUsers(world: World, input: AuthorizedUsersQuery, output: AuthorizedUsersResult) {
  const ofDocs = Object.values(output.users)
    .flat()
    .some(({ resource, role }) => !resource.startsWith('__tenant:') && !role.includes('#'));
  if (!ofDocs) return [authorizedUsers(world, input), output] as const;
  const answer = authorizedUsers(world, input, { plainRoleNames: true });
  return [unordered(answer), unordered(output)] as const;
}

function unordered({ users, ...rest }: AuthorizedUsersResult): unknown {
  return { ...rest, users: Object.entries(users).map(([user, held]) => [user, new Set(held)]) };
}

/** The vendor's test splits the role at the `#`. */
function vendorTest({ resource, tenant, users }: AuthorizedUsersResult, expected: VendorTest) {
  const { user = '', absent, assignments = [] } = expected;
  const listed = (users[absent ?? user] ?? []).map((held) => [
    held.user,
    held.resource,
    held.role.split('#')[1],
  ]);
  const others = listed.filter(
    (held) => !assignments.some((known) => known.every((part, at) => part === held[at])),
  );
  return [
    { resource, tenant, isListed: listed.length > 0, others },
    { resource: expected.resource, tenant: expected.tenant, isListed: absent === undefined, others: [] },
  ] as const;
}
