import { initTRPC } from '@trpc/server';
import type { Request } from 'express';
import type { ReactNode } from 'react';
import { expectTypeOf } from 'vitest';
import { z } from 'zod';
import type { Decider } from './decision.ts';
import { definePolicy } from './define-policy.ts';
import { createExpressGate } from '../express/create-express-gate.ts';
import { createServerGates } from '../fetch/create-server-gates.ts';
import type { InstancePermissionOf, WithoutInstance } from './instance-permission.ts';
import { createPermissions, type Permissions, type Question } from './permissions.ts';
import { createPermitDecider } from '../permit/permit-decider.ts';
import type { PermissionOf, RoleOf } from './policy-types.ts';
import type { Policy } from './policy.ts';
import { createPermissionsReact } from '../react/create-permissions-react.tsx';
import { testPolicy } from '../testing/fixtures/test-policy.ts';
import { createGates } from '../trpc/create-gates.ts';
import type { GatedContext } from '../trpc/gated-context.ts';
import type { Gate } from '../trpc/gate.ts';
import { all, any } from '../trpc/requirement.ts';

const policy = definePolicy({
  resources: {
    documents: {
      actions: ['list', 'view', 'edit', 'print', 'purge'],
      attributes: { status: 'string' },
      roles: { owner: { permissions: ['list', 'view', 'edit', 'print'] }, reader: { permissions: ['view'] } },
    },
  },
  roles: {
    member: { permissions: ['documents:list'] },
    admin: { permissions: '*' },
    boss: { extends: ['admin'], permissions: [] },
  },
  resourceSets: { open: { resource: 'documents', where: { 'resource.status': { equals: 'open' } } } },
  rules: [{ role: 'member', resourceSet: 'open', permissions: ['documents:print'] }],
  defaultRole: 'member',
});
type Permission = PermissionOf<typeof policy>;
type Role = RoleOf<typeof policy>;
type InstancePermission = InstancePermissionOf<typeof policy>;

// Excludes permissions that a tenant role or a rule names, and those that no instance role grants. `'*'` names nothing.
expectTypeOf<InstancePermission>().toEqualTypeOf<'documents:view' | 'documents:edit'>();
expectTypeOf<InstancePermissionOf<typeof testPolicy>>().toEqualTypeOf<'reports:publish'>();
expectTypeOf<InstancePermissionOf<Policy>>().toEqualTypeOf<never>();

const decider = createPermitDecider({ policy, url: 'http://127.0.0.1', apiKey: 'key' });
const permissions = createPermissions(decider, { subject: 'ann', tenant: 'acme' });
expectTypeOf(permissions).toEqualTypeOf<Permissions<Permission, Role, InstancePermission>>();

await permissions.require('documents:view', '1');
await permissions.check('documents:view', { key: '1' });
await permissions.require('documents:list');
await permissions.check('documents:print');
await permissions.check('documents:purge');
// An explicit `undefined` checks the resource as a whole, for holders of `'*'`.
await permissions.require('documents:view', undefined);
// @ts-expect-error -- No tenant role grants "documents:view" by name, roles on instances do: pass the instance, …
await permissions.require('documents:view');
// @ts-expect-error -- No tenant role grants "documents:edit" by name, roles on instances do: pass the instance, …
await permissions.check('documents:edit');
// @ts-expect-error -- there is no such permission
await permissions.check('documents:veiw', '1');
expectTypeOf<WithoutInstance<'documents:view', InstancePermission>>().toEqualTypeOf<{
  readonly wrong: 'No tenant role grants "documents:view" by name, roles on instances do: pass the instance, or undefined for the resource as a whole.';
}>();

// A permission that is known only at run time is accepted.
declare const permission: Permission;
await permissions.check(permission);

// Questions in a list.
await permissions.checkMany([
  { permission: 'documents:view', on: '1' },
  { permission: 'documents:edit', on: undefined },
  { permission: 'documents:list' },
  { permission },
]);
await permissions.checkMany(['1', '2'].map((on) => ({ permission: 'documents:view', on })));
declare const questions: readonly Question<Permission>[];
await permissions.checkMany(questions);
await permissions.checkMany([
  { permission: 'documents:list' },
  // @ts-expect-error -- No tenant role grants "documents:view" by name, roles on instances do: pass the instance, …
  { permission: 'documents:view' },
]);
// @ts-expect-error -- there is no such permission
await permissions.checkMany([{ permission: 'documents:veiw', on: '1' }]);

// A policy without instance roles refuses nothing.
const loose: Decider<Permission, Role> = decider;
await createPermissions(loose, { subject: 'ann', tenant: 'acme' }).require('documents:view');
await createPermissions(loose, { subject: 'ann', tenant: 'acme' }).checkMany([
  { permission: 'documents:view' },
]);
expectTypeOf(permissions).toExtend<Permissions<Permission, Role>>();

// tRPC gates.
type Context = GatedContext<Permission, Role, InstancePermission>;
const permitted = createGates(
  initTRPC.context<Context>().meta<{ readonly gate?: Gate }>().create().procedure,
);
permitted('documents:list');
permitted(permission);
permitted(any('documents:list', 'documents:view'));
permitted(all('documents:list', 'documents:print'));
permitted(all('documents:list', permission));
permitted('documents:view', z.object({ id: z.string() }), ({ id }) => id);
permitted(all('documents:view', 'documents:edit'), z.object({ id: z.string() }), ({ id }) => id);
permitted('documents:view', undefined);
permitted(all('documents:view', 'documents:edit'), undefined);
// @ts-expect-error -- No tenant role grants "documents:view" by name, roles on instances do: pass the instance, …
permitted('documents:view');
// @ts-expect-error -- the same for "documents:view" and "documents:edit"
permitted(all('documents:view', 'documents:edit'));
// @ts-expect-error -- one permission without an instance is enough
permitted(all('documents:list', 'documents:view'));
// @ts-expect-error -- both need an instance
permitted(any('documents:view', 'documents:edit'));
// @ts-expect-error -- there is no such permission
permitted('documents:veiw');
// @ts-expect-error -- there is no such permission
permitted(all('documents:list', 'documents:veiw'));

// Express gates.
const route = createExpressGate({ permissionsOf: () => permissions });
const idOf = ({ params }: Request): string => String(params['id']);
route('documents:list');
route(permission);
route('documents:view', idOf);
route('documents:view', undefined);
// @ts-expect-error -- No tenant role grants "documents:view" by name, roles on instances do: pass the instance, …
route('documents:view');
// @ts-expect-error -- there is no such permission
route('documents:veiw', idOf);

// Gates for React Server Components and server actions.
const { can, require: required, answers } = createServerGates(async () => Promise.resolve(permissions));
await can('documents:list');
await can('documents:view', '1');
await required('documents:view', undefined);
await answers([{ permission: 'documents:view', instance: '1' }, { permission: 'documents:list' }]);
// @ts-expect-error -- No tenant role grants "documents:view" by name, roles on instances do: pass the instance, …
await can('documents:view');
// @ts-expect-error -- the same for "documents:edit"
await required('documents:edit');
// @ts-expect-error -- the same
await answers([{ permission: 'documents:view' }]);

// React components.
const { Can, useCan, useGates } = createPermissionsReact<typeof policy>();
export function Page({ id, maybe }: { readonly id: string; readonly maybe?: string }): ReactNode {
  useCan('documents:list');
  useCan(permission);
  useCan('documents:view', id);
  useCan('documents:view', maybe);
  useGates('documents:view', [id]);
  // @ts-expect-error -- No tenant role grants "documents:view" by name, roles on instances do: pass the instance, …
  useCan('documents:view');
  // @ts-expect-error -- there is no such permission
  useCan('documents:veiw', id);
  return (
    <>
      <Can do="documents:list">
        <button type="button">List</button>
      </Can>
      <Can do={permission}>
        <button type="button">Whatever</button>
      </Can>
      <Can do="documents:view" on={id} mode="explain">
        <button type="button">View</button>
      </Can>
      <Can do="documents:view" on={undefined}>
        <button type="button">View all</button>
      </Can>
      {/* @ts-expect-error -- No tenant role grants "documents:view" by name, roles on instances do: pass the instance, … */}
      <Can do="documents:view">
        <button type="button">View</button>
      </Can>
      {/* @ts-expect-error -- there is no such permission */}
      <Can do="documents:veiw" on={id}>
        <button type="button">View</button>
      </Can>
    </>
  );
}
