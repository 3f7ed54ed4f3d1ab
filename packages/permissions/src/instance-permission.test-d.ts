import { initTRPC } from '@trpc/server';
import { expectTypeOf } from 'vitest';
import { z } from 'zod';
import type { Decider } from './decision.ts';
import { definePolicy } from './define-policy.ts';
import type { InstancePermissionOf, WithoutInstance } from './instance-permission.ts';
import { createPermissions, type Permissions } from './permissions.ts';
import { createPermitDecider } from './permit/permit-decider.ts';
import type { PermissionOf, RoleOf } from './policy-types.ts';
import type { Policy } from './policy.ts';
import { testPolicy } from './testing/fixtures/test-policy.ts';
import { createGates, type GatedContext } from './trpc/create-gates.ts';
import type { Gate } from './trpc/gate.ts';
import { all, any } from './trpc/requirement.ts';

const policy = definePolicy({
  resources: {
    documents: {
      actions: ['list', 'view', 'edit', 'print'],
      attributes: { status: 'string' },
      roles: { owner: { permissions: ['list', 'view', 'edit', 'print'] }, reader: { permissions: ['view'] } },
    },
  },
  roles: { member: { permissions: ['documents:list'] } },
  resourceSets: { open: { resource: 'documents', where: { 'resource.status': { equals: 'open' } } } },
  rules: [{ role: 'member', resourceSet: 'open', permissions: ['documents:print'] }],
  defaultRole: 'member',
});
type InstancePermission = InstancePermissionOf<typeof policy>;

// Neither what a tenant role grants, nor what a rule grants.
expectTypeOf<InstancePermission>().toEqualTypeOf<'documents:view' | 'documents:edit'>();
// A role that may do everything may do it without an instance.
expectTypeOf<InstancePermissionOf<typeof testPolicy>>().toEqualTypeOf<never>();
expectTypeOf<InstancePermissionOf<Policy>>().toEqualTypeOf<never>();

const decider = createPermitDecider({ policy, url: 'http://127.0.0.1', apiKey: 'key' });
const permissions = createPermissions(decider, { subject: 'ann', tenant: 'acme' });
expectTypeOf(permissions).toEqualTypeOf<
  Permissions<PermissionOf<typeof policy>, RoleOf<typeof policy>, InstancePermission>
>();

await permissions.require('documents:view', '1');
await permissions.check('documents:view', { key: '1' });
await permissions.require('documents:list');
await permissions.check('documents:print');
// @ts-expect-error -- Only roles on instances grant "documents:view": name the instance.
await permissions.require('documents:view');
// @ts-expect-error -- Only roles on instances grant "documents:edit": name the instance.
await permissions.check('documents:edit');
// @ts-expect-error -- there is no such permission
await permissions.check('documents:veiw', '1');
expectTypeOf<WithoutInstance<'documents:view', InstancePermission>>().toEqualTypeOf<{
  readonly wrong: 'Only roles on instances grant "documents:view": name the instance.';
}>();

// A permission that is known at run time only.
declare const permission: PermissionOf<typeof policy>;
await permissions.check(permission);

// Where nothing is said of instances, nothing is refused.
const loose: Decider<PermissionOf<typeof policy>, RoleOf<typeof policy>> = decider;
await createPermissions(loose, { subject: 'ann', tenant: 'acme' }).require('documents:view');
expectTypeOf(permissions).toExtend<Permissions<PermissionOf<typeof policy>, RoleOf<typeof policy>>>();

// Gates.
type Context = GatedContext<PermissionOf<typeof policy>, RoleOf<typeof policy>, InstancePermission>;
const permitted = createGates(
  initTRPC.context<Context>().meta<{ readonly gate?: Gate }>().create().procedure,
);
permitted('documents:list');
permitted(any('documents:list', 'documents:view'));
permitted('documents:view', z.object({ id: z.string() }), ({ id }) => id);
// @ts-expect-error -- Only roles on instances grant "documents:view": name the instance.
permitted('documents:view');
// @ts-expect-error -- Only roles on instances grant "documents:view" and "documents:edit"
permitted(all('documents:view', 'documents:edit'));
