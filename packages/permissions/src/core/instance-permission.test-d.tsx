import { initTRPC } from '@trpc/server';
import type { Request } from 'express';
import type { ReactNode } from 'react';
import { expectTypeOf } from 'vitest';
import { z } from 'zod';
import type { Decider } from './decision.ts';
import { definePolicy } from './define-policy.ts';
import { createExpressGates } from '../express/create-express-gates.ts';
import { createServerGates } from '../fetch/create-server-gates.ts';
import type { InstancePermissionOf, WithoutInstance } from './instance-permission.ts';
import { createPermissions, type Permissions, type PolicyPermissions, type Question } from './permissions.ts';
import { createPermitDecider } from '../permit/permit-decider.ts';
import type { PermissionOf, Policy, RoleOf } from './policy.ts';
import { createPermissionsReact } from '../react/create-permissions-react.tsx';
import { testPolicy } from '../testing/fixtures/test-policy.ts';
import { createGates } from '../trpc/create-gates.ts';
import type { Gate, GatedContext } from '../trpc/gate.ts';
import { all, any } from '../trpc/requirement.ts';

const policy = definePolicy({
  resources: {
    documents: {
      actions: ['list', 'view', 'edit', 'print', 'purge'],
      attributes: { status: 'string' },
      roles: { owner: { permissions: ['list', 'view', 'edit', 'print'] }, reader: { permissions: ['view'] } },
    },
    audit: { actions: ['view'] },
  },
  roles: {
    member: { permissions: ['documents:list', 'audit:view'] },
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

// All permissions of a resource with instance roles, whether or not tenant roles or rules also grant them.
expectTypeOf<InstancePermission>().toEqualTypeOf<Exclude<Permission, 'audit:view'>>();
expectTypeOf<InstancePermissionOf<typeof testPolicy>>().toEqualTypeOf<
  'reports:view' | 'reports:create' | 'reports:publish'
>();
expectTypeOf<InstancePermissionOf<Policy>>().toEqualTypeOf<never>();

const decider = createPermitDecider({ policy, url: 'http://127.0.0.1', apiKey: 'key' });
const permissions = createPermissions(decider, { subject: 'ann', tenant: 'acme' });
expectTypeOf(permissions).toEqualTypeOf<PolicyPermissions<typeof policy>>();
expectTypeOf(permissions).toExtend<Permissions<Permission, Role, InstancePermission>>();

await permissions.require('documents:view', '1');
await permissions.check('documents:view', { key: '1' });
await permissions.explain('documents:view', '1');
await permissions.filter('documents:view', ['1', '2'], (id) => id);
await permissions.require('audit:view');
await permissions.explain('audit:view');
// An explicit `undefined` checks the resource as a whole.
await permissions.require('documents:view', undefined);
await permissions.explain('documents:list', undefined);
// @ts-expect-error -- A check of "documents:view" needs an instance, …
await permissions.require('documents:view');
// @ts-expect-error -- A check of "documents:edit" needs an instance, …
await permissions.check('documents:edit');
// @ts-expect-error -- although a tenant role grants it
await permissions.require('documents:list');
// @ts-expect-error -- although a rule grants it
await permissions.check('documents:print');
// @ts-expect-error -- although no instance role grants it
await permissions.check('documents:purge');
// @ts-expect-error -- A check of "documents:view" needs an instance, …
await permissions.explain('documents:view');
// @ts-expect-error -- the items have no instance
await permissions.filter('documents:view', [1, 2], (id) => id);
// @ts-expect-error -- there is no such permission
await permissions.check('documents:veiw', '1');
expectTypeOf<WithoutInstance<'documents:view', InstancePermission>>().toEqualTypeOf<{
  readonly wrong: 'A check of "documents:view" needs an instance, or undefined for the resource as a whole.';
}>();

// A permission that is known only at run time compiles without an instance.
declare const permission: Permission;
await permissions.check(permission);

// In a list, each question without an instance is checked.
await permissions.checkMany([
  { permission: 'documents:view', on: '1' },
  { permission: 'documents:edit', on: undefined },
  { permission: 'audit:view' },
  { permission },
]);
await permissions.checkMany(['1', '2'].map((on) => ({ permission: 'documents:view', on })));
declare const questions: readonly Question<Permission>[];
await permissions.checkMany(questions);
await permissions.checkMany([
  { permission: 'audit:view' },
  // @ts-expect-error -- A check of "documents:view" needs an instance, …
  { permission: 'documents:view' },
]);
// @ts-expect-error -- there is no such permission
await permissions.checkMany([{ permission: 'documents:veiw', on: '1' }]);

// With a decider whose type names no instance permissions, every check compiles.
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
permitted('audit:view');
permitted(permission);
permitted(all('audit:view', permission));
permitted(any('audit:view', permission));
permitted('documents:view', z.object({ id: z.string() }), ({ id }) => id);
permitted(all('documents:view', 'documents:edit'), z.object({ id: z.string() }), ({ id }) => id);
permitted('documents:view', undefined);
permitted(all('documents:view', 'documents:edit'), undefined);
// @ts-expect-error -- A check of "documents:view" needs an instance, …
permitted('documents:view');
// @ts-expect-error -- the same for "documents:view" and "documents:edit"
permitted(all('documents:view', 'documents:edit'));
// @ts-expect-error -- one permission without an instance is enough
permitted(all('audit:view', 'documents:view'));
// @ts-expect-error -- the same
permitted(any('audit:view', 'documents:list'));
permitted(any('audit:view', 'documents:list'), undefined);
// @ts-expect-error -- there is no such permission
permitted('documents:veiw');
// @ts-expect-error -- there is no such permission
permitted(all('audit:view', 'documents:veiw'));

// Express gates.
const route = createExpressGates({ getPermissions: () => permissions });
const idOf = ({ params }: Request): string => String(params['id']);
route('audit:view');
route(permission);
route('documents:view', idOf);
route('documents:view', undefined);
// @ts-expect-error -- A check of "documents:view" needs an instance, …
route('documents:view');
// @ts-expect-error -- the same, although a tenant role grants it
route('documents:list');
// @ts-expect-error -- there is no such permission
route('documents:veiw', idOf);

// Gates for React Server Components and server actions.
const { can, require: required, answers } = createServerGates(async () => Promise.resolve(permissions));
await can('audit:view');
await can('documents:list', undefined);
await can('documents:view', '1');
await required('documents:view', undefined);
await answers([{ permission: 'documents:view', instance: '1' }, { permission: 'audit:view' }]);
// @ts-expect-error -- A check of "documents:view" needs an instance, …
await can('documents:view');
// @ts-expect-error -- the same for "documents:edit"
await required('documents:edit');
// @ts-expect-error -- the same
await answers([{ permission: 'documents:view' }]);

// React components.
const { Can, useCan, useGates } = createPermissionsReact<typeof policy>();
export function Page({ id, maybe }: { readonly id: string; readonly maybe?: string }): ReactNode {
  useCan('audit:view');
  useCan('documents:list', undefined);
  useCan(permission);
  useCan('documents:view', id);
  useCan('documents:view', maybe);
  useGates('documents:view', [id]);
  // @ts-expect-error -- A check of "documents:view" needs an instance, …
  useCan('documents:view');
  // @ts-expect-error -- the same, although a tenant role grants it
  useCan('documents:list');
  // @ts-expect-error -- there is no such permission
  useCan('documents:veiw', id);
  return (
    <>
      <Can do="audit:view">
        <button type="button">Audit</button>
      </Can>
      <Can do="documents:list" on={undefined}>
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
      {/* @ts-expect-error -- A check of "documents:view" needs an instance, … */}
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
