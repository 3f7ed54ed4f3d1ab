import { expectTypeOf } from 'vitest';
import type { Policy } from '../core/policy.ts';
import { examplePolicy as policy } from '../testing/fixtures/example.ts';
import { testPolicy } from '../testing/fixtures/test-policy.ts';
import type { Assignment, InstanceLink, InstanceRef } from './check-facts.ts';
import { createPermitDirectory, type PermitDirectory } from './permit-directory.ts';

const directory = createPermitDirectory({ policy, apiUrl: 'http://127.0.0.1', apiKey: 'key' });
const ann = { user: 'ann', tenant: 'acme' };
declare const id: string;

// Tenant roles compile, and instance roles on instances of their own resource.
await directory.provisionUser({ key: 'ann' }, { role: 'viewer', tenant: 'acme' });
await directory.assignRole({ ...ann, role: 'viewer' });
await directory.assignRole({ ...ann, role: 'viewer', instance: undefined });
await directory.assignRole({ ...ann, role: 'reader', instance: 'reports:1' });
await directory.unassignRole({ ...ann, role: 'owner', instance: `accounts:${id}` });
// @ts-expect-error -- no such tenant role
await directory.provisionUser({ key: 'ann' }, { role: 'vewer', tenant: 'acme' });
// @ts-expect-error -- no such tenant role
await directory.assignRole({ ...ann, role: 'vewer' });
// @ts-expect-error -- a role on instances: the instance is missing
await directory.assignRole({ ...ann, role: 'owner' });
// @ts-expect-error -- a tenant role, not one on instances
await directory.assignRole({ ...ann, role: 'viewer', instance: 'reports:1' });
// @ts-expect-error -- no such resource
await directory.assignRole({ ...ann, role: 'reader', instance: 'report:1' });
// @ts-expect-error -- an instance is "resource:key"
await directory.assignRole({ ...ann, role: 'reader', instance: '1' });
// @ts-expect-error -- no such resource
await directory.unassignRole({ ...ann, role: 'reader', instance: `report:${id}` });
// @ts-expect-error -- a role on accounts, not on reports
await directory.unassignRole({ ...ann, role: 'owner', instance: 'reports:1' });
// @ts-expect-error -- no such resource
await directory.removeInstance('report:1');
await directory.removeInstance('reports:1');

// A relation links instances of the resource that it names to instances of the resource that defines it.
await directory.link({ subject: 'collections:1', relation: 'parent', object: `reports:${id}` }, 'acme');
await directory.unlink({ subject: `collections:${id}`, relation: 'parent', object: 'reports:1' });
// @ts-expect-error -- no such relation
await directory.link({ subject: 'collections:1', relation: 'parnt', object: 'reports:1' }, 'acme');
// @ts-expect-error -- subject and object are swapped
await directory.link({ subject: 'reports:1', relation: 'parent', object: 'collections:1' }, 'acme');
// @ts-expect-error -- the parent of a report is a collection
await directory.unlink({ subject: 'accounts:1', relation: 'parent', object: 'reports:1' });

// A policy without relations has no links.
expectTypeOf<InstanceLink<typeof testPolicy>>().toEqualTypeOf<never>();

// For a policy that is loaded at run time, any names compile, and wrong ones throw `NotInPolicyError`.
expectTypeOf<Assignment<Policy>['role']>().toEqualTypeOf<string>();
expectTypeOf<InstanceRef<Policy>>().toEqualTypeOf<string>();
expectTypeOf<InstanceLink<Policy>>().toEqualTypeOf<
  Readonly<Record<'subject' | 'relation' | 'object', string>>
>();
expectTypeOf(directory).toExtend<PermitDirectory<Policy>>();

// @ts-expect-error -- the policy is missing
createPermitDirectory({ apiUrl: 'http://127.0.0.1', apiKey: 'key' });
