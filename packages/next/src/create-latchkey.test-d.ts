import { defineDirectoryMapping } from '@latchkey/directory-sync';
import { definePolicy } from '@latchkey/permissions';
import type { IdTokenClaims } from '@logto/next';
import { expectTypeOf } from 'vitest';
import { createLatchkey } from './create-latchkey.ts';

const policy = definePolicy({
  resources: {
    reports: { actions: ['view', 'create'] },
    members: { actions: ['invite'] },
    folders: { actions: ['open'], roles: { owner: { permissions: ['open'] } } },
  },
  roles: {
    viewer: { permissions: ['reports:view'] },
    admin: { permissions: ['reports:create', 'members:invite'] },
  },
  defaultRole: 'viewer',
});
const { permissions, visitor, signIn, signOut, handlers } = createLatchkey({
  policy,
  tenant: (claims) => {
    expectTypeOf(claims).toEqualTypeOf<IdTokenClaims>();
    return claims.organizations?.[0] ?? 'default';
  },
});

// A permission of the policy compiles; a misspelled one does not.
expectTypeOf(permissions.can('reports:view')).resolves.toBeBoolean();
void permissions.require('folders:open', 'plans');
// @ts-expect-error -- only instance roles grant it, and the instance is missing
void permissions.require('folders:open');
// @ts-expect-error -- the table has no such permission
void permissions.can('reports:veiw');
// @ts-expect-error -- the table has no such permission
void permissions.require('members:view');
// @ts-expect-error -- also checked in a list of questions
void permissions.answers([{ permission: 'reports:publish' }]);
// @ts-expect-error -- the user is not a parameter
void visitor('ann');
// @ts-expect-error -- FormData is not a page to return to
expectTypeOf(signIn).parameter(0).toExtend<FormData>();
expectTypeOf(signOut).returns.resolves.toBeNever();
// The type that Next.js generates for a route `[...path]`.
expectTypeOf(handlers.GET).toExtend<
  (request: Request, context: { params: Promise<{ path: string[] }> }) => Promise<Response | void> | Response
>();
// @ts-expect-error -- an option that does not exist
createLatchkey({ policy, tenat: () => 'acme' });
createLatchkey({ policy, mapping: defineDirectoryMapping(policy, { memberRole: 'viewer' }) });
const otherPolicy = definePolicy({
  resources: { things: { actions: ['use'] } },
  roles: { user: { permissions: ['things:use'] } },
  defaultRole: 'user',
});
// @ts-expect-error -- the mapping of another policy
createLatchkey({ policy, mapping: defineDirectoryMapping(otherPolicy, {}) });
