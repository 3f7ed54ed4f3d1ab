import * as fc from 'fast-check';
import { Permit } from 'permitio';
import { expect, test } from 'vitest';
import { assertPolicy } from '../../core/define-policy.ts';
import type { Policy, ResourceDefinition } from '../../core/policy.ts';
import { readEnvironment } from '../environment/read-environment.ts';
import { countDependents } from '../plan/dependents.ts';
import { planPolicy } from '../plan/plan-policy.ts';
import { changesIn, type PolicyPlan } from '../plan/policy-step.ts';
import { applyPlan, type AppliedPlan } from './apply-plan.ts';
import { observed, startEnvironment } from '../../testing/fixtures/start-environment.ts';

const { emulator, client, sdk } = await startEnvironment();

const plan = async (policy: Policy): Promise<PolicyPlan> => planPolicy(policy, await readEnvironment(client));
const apply = async (policy: Policy, through = client): Promise<AppliedPlan> =>
  applyPlan(await plan(policy), { client: through });
const describe = ({ steps }: PolicyPlan): string[] =>
  changesIn({ steps }).map(
    ({ change, kind, key, destructive }) => `${change} ${kind} ${key}${destructive ? '!' : ''}`,
  );
const assignments = async (): Promise<string[]> =>
  (await sdk.api.roleAssignments.list({})).map(
    ({ user, role, tenant, resource_instance }) =>
      `${user} ${role} ${typeof resource_instance === 'string' ? resource_instance : tenant}`,
  );

const before: Policy = {
  resources: {
    folders: { actions: ['view'], roles: { editor: { permissions: ['view'] } } },
    reports: {
      actions: ['view', 'edit'],
      attributes: { pages: 'number' },
      relations: { parent: 'folders', copy: 'reports' },
      roles: {
        owner: { permissions: ['edit'] },
        editor: { permissions: ['view'], derivedFrom: [{ role: 'editor', on: 'folders', via: 'parent' }] },
      },
    },
  },
  roles: { viewer: { permissions: [] }, editor: { permissions: ['reports:view'], extends: ['viewer'] } },
  resourceSets: { drafts: { resource: 'reports', where: { 'resource.pages': { equals: 3 } } } },
  rules: [
    { role: 'editor', resource: 'reports', permissions: ['reports:edit'] },
    { role: 'viewer', resourceSet: 'drafts', permissions: ['reports:view'] },
  ],
  defaultRole: 'viewer',
};

async function populate(): Promise<void> {
  await apply(before);
  await sdk.api.tenants.create({ key: 'acme', name: 'Acme' });
  for (const key of ['ann', 'bob', 'cleo']) await sdk.api.users.create({ key });
  await sdk.api.resourceInstances.create({
    key: 'q3',
    resource: 'reports',
    tenant: 'acme',
    attributes: { pages: 3 },
  });
  await sdk.api.resourceInstances.create({ key: 'q4', resource: 'reports', tenant: 'acme' });
  await sdk.api.resourceInstances.create({ key: 'top', resource: 'folders', tenant: 'acme' });
  await sdk.api.relationshipTuples.bulkRelationshipTuples([
    { subject: 'folders:top', relation: 'parent', object: 'reports:q3', tenant: 'acme' },
    { subject: 'reports:q3', relation: 'copy', object: 'reports:q4', tenant: 'acme' },
  ]);
  await sdk.api.roleAssignments.bulkAssign([
    { user: 'ann', role: 'editor', tenant: 'acme' },
    { user: 'bob', role: 'editor', tenant: 'default' },
    { user: 'bob', role: 'viewer', tenant: 'acme' },
    { user: 'cleo', role: 'owner', resource_instance: 'reports:q3', tenant: 'acme' },
    { user: 'bob', role: 'editor', resource_instance: 'reports:q4', tenant: 'acme' },
    { user: 'ann', role: 'editor', resource_instance: 'folders:top', tenant: 'acme' },
  ]);
}

const renamedRole: Policy = {
  ...before,
  roles: {
    viewer: { permissions: [] },
    author: { renamedFrom: 'editor', permissions: ['reports:view'], extends: ['viewer'] },
  },
  rules: [
    { role: 'author', resource: 'reports', permissions: ['reports:edit'] },
    { role: 'viewer', resourceSet: 'drafts', permissions: ['reports:view'] },
  ],
};

test('a renamed role moves its assignments; instance roles with the same key are unaffected', async () => {
  await populate();
  const planned = await plan(renamedRole);
  expect(describe(planned)).toEqual([
    'created role author',
    'created rule role author → resource reports',
    'moved role editor',
    'removed rule role editor → resource reports',
  ]);
  expect([...(await countDependents(planned, client)).values()]).toEqual([
    { assignments: 2, instances: 0, relationships: 0 },
  ]);
  const { left } = await applyPlan(planned, { client });
  expect(left).toEqual([]);
  expect((await assignments()).toSorted()).toEqual([
    'ann author acme',
    'ann editor folders:top',
    'bob author default',
    'bob editor reports:q4',
    'bob viewer acme',
    'cleo owner reports:q3',
  ]);
  await expect(sdk.api.roles.get('editor')).rejects.toMatchObject({ response: { status: 404 } });
  // A `renamedFrom` that remains causes no further steps.
  expect(describe(await plan(renamedRole))).toEqual([]);
});

test('law: at every call of a rename, the holders of the role have the permissions of its rules', async () => {
  await populate();
  const pdp = new Permit({
    token: emulator.keys.environment,
    pdp: emulator.pdpUrl,
    log: { level: 'silent' },
  });
  const allowed: boolean[] = [];
  await apply(renamedRole, {
    ...client,
    async change(method, path, options) {
      const isDone = await client.change(method, path, options);
      allowed.push(await pdp.check('ann', 'edit', { type: 'reports', key: 'q3', tenant: 'acme' }));
      return isDone;
    },
  });
  expect(new Set(allowed)).toEqual(new Set([true]));
});

/** Renames the role, and writes once during the move. */
async function renameDuring(write: () => Promise<unknown>): Promise<void> {
  await populate();
  let isWritten = false;
  await apply(renamedRole, {
    ...client,
    async change(method, path, options) {
      const isDone = await client.change(method, path, options);
      if (path === '/facts/role_assignments/bulk' && !isWritten) {
        isWritten = true;
        await write();
      }
      return isDone;
    },
  });
}

test('moves a role assignment that is created during the move', async () => {
  await renameDuring(() => sdk.api.roleAssignments.assign({ user: 'cleo', role: 'editor', tenant: 'acme' }));
  expect(await assignments()).toContain('cleo author acme');
});

test('a role that is removed during the move stays removed', async () => {
  await renameDuring(() => sdk.api.roleAssignments.unassign({ user: 'ann', role: 'editor', tenant: 'acme' }));
  expect(await assignments()).not.toContain('ann author acme');
  expect(await assignments()).toContain('bob author default');
});

test('a renamed instance role moves its assignments', async () => {
  await populate();
  const { reports, ...others } = before.resources;
  const renamed: Policy = {
    ...before,
    resources: {
      ...others,
      reports: {
        actions: ['view', 'edit'],
        ...reports,
        roles: {
          owner: { permissions: ['edit'] },
          writer: { ...reports?.roles?.['editor'], renamedFrom: 'editor', permissions: ['view'] },
        },
      },
    },
  };
  const planned = await plan(renamed);
  expect(describe(planned)).toEqual([
    'created resource role reports#writer',
    'created derivations reports#writer',
    'moved resource role reports#editor',
  ]);
  await applyPlan(planned, { client });
  expect(await assignments()).toContain('bob writer reports:q4');
  expect(await assignments()).toContain('ann editor folders:top');
  expect(await assignments()).not.toContain('bob editor reports:q4');
  expect(describe(await plan(renamed))).toEqual([]);
});

/** `reports` is renamed to `documents`, and its role `editor` to `writer`. */
const documents: ResourceDefinition = {
  renamedFrom: 'reports',
  actions: ['view', 'edit'],
  attributes: { pages: 'number' },
  relations: { parent: 'folders', copy: 'documents' },
  roles: {
    owner: { permissions: ['edit'] },
    writer: {
      renamedFrom: 'editor',
      permissions: ['view'],
      derivedFrom: [{ role: 'editor', on: 'folders', via: 'parent' }],
    },
  },
};

const renamedResource: Policy = {
  resources: {
    folders: { actions: ['view'], roles: { editor: { permissions: ['view'] } } },
    documents,
  },
  roles: { viewer: { permissions: [] }, editor: { permissions: ['documents:view'], extends: ['viewer'] } },
  resourceSets: { drafts: { resource: 'documents', where: { 'resource.pages': { equals: 3 } } } },
  rules: [
    { role: 'editor', resource: 'documents', permissions: ['documents:edit'] },
    { role: 'viewer', resourceSet: 'drafts', permissions: ['documents:view'] },
  ],
  defaultRole: 'viewer',
};

const afterMove = [
  'ann editor acme',
  'ann editor folders:top',
  'bob editor default',
  'bob viewer acme',
  'bob writer documents:q4',
  'cleo owner documents:q3',
];

async function outcome() {
  const tuples = await sdk.api.relationshipTuples.list({});
  const { tenant, attributes } = await sdk.api.resourceInstances.get('documents:q3');
  return {
    assignments: (await assignments()).toSorted(),
    instance: { tenant, attributes },
    tuples: tuples.map(({ subject, relation, object }) => `${subject} ${relation} ${object}`).toSorted(),
    toDo: describe(await plan(renamedResource)),
  };
}

const moved: Awaited<ReturnType<typeof outcome>> = {
  assignments: afterMove,
  instance: { tenant: 'acme', attributes: { pages: 3 } },
  tuples: ['documents:q3 copy documents:q4', 'folders:top parent documents:q3'],
  toDo: [],
};

test('a renamed resource moves its instances with their attributes, relationships and roles', async () => {
  await populate();
  const planned = await plan(renamedResource);
  expect(describe(planned)).toContain('moved resource reports');
  expect(describe(planned).filter((step) => step.endsWith('!'))).toEqual([]);
  expect([...(await countDependents(planned, client)).values()]).toEqual([
    { assignments: 2, instances: 2, relationships: 2 },
  ]);
  await applyPlan(planned, { client });
  expect(await outcome()).toEqual(moved);
});

test('resources that are renamed together retain the relationships between them', async () => {
  await populate();
  const { folders, ...others } = renamedResource.resources;
  const writer = {
    ...documents.roles?.['writer'],
    permissions: ['view'],
    derivedFrom: [{ role: 'editor', on: 'binders', via: 'parent' }],
  };
  const { left } = await apply({
    ...renamedResource,
    resources: {
      ...others,
      binders: { actions: ['view'], ...folders, renamedFrom: 'folders' },
      documents: {
        ...documents,
        relations: { parent: 'binders', copy: 'documents' },
        roles: { ...documents.roles, writer },
      },
    },
  });
  expect(left).toEqual([]);
  const { tuples, assignments: roles } = await outcome();
  expect(tuples).toEqual(['binders:top parent documents:q3', 'documents:q3 copy documents:q4']);
  expect(roles).toContain('ann editor binders:top');
});

test('law: after an interruption at any call of a move, applying again completes it without loss', async () => {
  await fc.assert(
    fc
      .asyncProperty(fc.nat({ max: 45 }), async (survived) => {
        await populate();
        let calls = 0;
        const failing = observed(client, () => {
          if (calls === survived) emulator.faults.add({ status: 500 });
          calls += 1;
        });
        await apply(renamedResource, failing).catch(() => {});
        emulator.faults.clear();
        await apply(renamedResource);
        expect(await outcome()).toEqual(moved);
      })
      .beforeEach(() => {
        emulator.reset();
      }),
    { numRuns: 25 },
  );
});

async function countOf(read: (page: number) => Promise<readonly object[]>): Promise<number> {
  const pages = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(read));
  return pages.flat().length;
}

test('moves a resource whose instances exceed one bulk call, with their roles and relationships', async () => {
  await apply(before);
  await sdk.api.tenants.create({ key: 'acme', name: 'Acme' });
  await sdk.api.users.create({ key: 'ann' });
  await sdk.api.resourceInstances.create({ key: 'top', resource: 'folders', tenant: 'acme' });
  const reports = Array.from({ length: 620 }, (_, index) => `reports:r${index}`);
  await sdk.api.roleAssignments.bulkAssign(
    reports.map((resource_instance) => ({ user: 'ann', role: 'editor', resource_instance, tenant: 'acme' })),
  );
  await sdk.api.relationshipTuples.bulkRelationshipTuples(
    reports.map((object) => ({ subject: 'folders:top', relation: 'parent', object, tenant: 'acme' })),
  );
  const calls: string[] = [];
  await apply(
    renamedResource,
    observed(client, (call) => void calls.push(call)),
  );
  // A call contains at most 500 facts, so there are several.
  for (const call of [
    'PUT /facts/bulk/resource_instances',
    'POST /facts/relationship_tuples/bulk',
    'POST /facts/role_assignments/bulk',
  ])
    expect(calls.filter((one) => one === call)).toHaveLength(2);
  const perPage = 100;
  expect({
    roles: await countOf((page) => sdk.api.roleAssignments.list({ role: 'writer', page, perPage })),
    instances: await countOf((page) =>
      sdk.api.resourceInstances.list({ resource: 'documents', page, perPage }),
    ),
    tuples: await countOf((page) =>
      sdk.api.relationshipTuples.list({ objectType: 'documents', page, perPage }),
    ),
  }).toEqual({ roles: 620, instances: 620, tuples: 620 });
  await expect(sdk.api.resources.get('reports')).rejects.toMatchObject({ response: { status: 404 } });
});

test('a move that would lose roles is destructive and requires allowDestructive', async () => {
  await populate();
  const withoutOwner: Policy = {
    ...renamedResource,
    resources: { ...renamedResource.resources, documents: { ...documents, roles: {} } },
  };
  const { left } = await apply(withoutOwner);
  expect(left).toMatchObject([{ kind: 'resource', key: 'reports', change: 'moved' }]);
  expect(await assignments()).toContain('cleo owner reports:q3');
});

test('drops a relation that the new resource does not have only with allowDestructive, and moves the others', async () => {
  await populate();
  const withoutCopies: Policy = {
    ...renamedResource,
    resources: {
      ...renamedResource.resources,
      documents: { ...documents, relations: { parent: 'folders' } },
    },
  };
  expect((await apply(withoutCopies)).left).toMatchObject([{ kind: 'resource', change: 'moved' }]);
  await applyPlan(await plan(withoutCopies), { client, allowDestructive: true });
  const { tuples, assignments: roles } = await outcome();
  expect({ tuples, roles }).toEqual({ tuples: ['folders:top parent documents:q3'], roles: afterMove });
});

test.each([
  ['a key that is still used', { a: { permissions: [] }, b: { renamedFrom: 'a', permissions: [] } }],
  ['two new names', { b: { renamedFrom: 'a', permissions: [] }, c: { renamedFrom: 'a', permissions: [] } }],
  ['no key', { b: { renamedFrom: 'a b', permissions: [] } }],
])('refuses a policy in which a role was renamed from %s', (_, roles) => {
  expect(() => assertPolicy({ ...before, roles, rules: [], defaultRole: 'b' })).toThrow(TypeError);
});
