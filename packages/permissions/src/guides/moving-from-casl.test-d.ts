import { initTRPC } from '@trpc/server';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { definePolicy } from '../core/define-policy.ts';
import type { Permissions } from '../core/permissions.ts';
import type { PermitDirectory } from '../permit/permit-directory.ts';
import type { PermissionOf } from '../core/policy.ts';
import { createTestPermissions } from '../testing/create-test-permissions.ts';
import { createGates } from '../trpc/create-gates.ts';
import type { Gate } from '../trpc/gate.ts';

/* The code of docs/guide/moving-from-casl.md, for the compiler. `guides.test.ts` compares the two. */

interface User {
  readonly id: string;
  readonly email: string;
  readonly role: 'member' | 'admin';
}
interface Post {
  readonly id: string;
  readonly authorId: string;
}
interface Ability {
  can(action: string, post: Post): boolean;
}
declare function save(id: string, title: string): Promise<void>;

export const policy = definePolicy({
  resources: {
    posts: {
      actions: ['create', 'read', 'update', 'delete'],
      attributes: { published: 'bool' },
      roles: { author: { permissions: ['read', 'update'] } },
    },
  },
  roles: {
    member: { permissions: ['posts:create'] },
    admin: { permissions: '*' },
  },
  resourceSets: {
    published: { resource: 'posts', where: { 'resource.published': { equals: true } } },
  },
  rules: [{ role: 'member', resourceSet: 'published', permissions: ['posts:read'] }],
  defaultRole: 'member',
});
type Permission = PermissionOf<typeof policy>;

const permissions = createTestPermissions(policy, {
  users: {
    ann: { roles: { default: ['member'] }, instanceRoles: { 'posts:1': ['author'] } },
    root: { roles: { default: ['admin'] } },
  },
  instances: {
    'posts:1': { tenant: 'default', attributes: { published: false } },
    'posts:2': { tenant: 'default', attributes: { published: true } },
  },
});
test('as CASL decided', () => {
  expect(permissions.as('ann', 'default').can('posts:update', '1')).toBe(true);
  expect(permissions.as('ann', 'default').can('posts:read', '2')).toBe(true);
  expect(permissions.as('ann', 'default').can('posts:update', '2')).toBe(false);
  expect(permissions.as('root', 'default').can('posts:delete', '2')).toBe(true);
});

/* oxlint-disable no-await-in-loop -- a script that runs once */
export async function bringOver(
  directory: PermitDirectory<typeof policy>,
  users: readonly User[],
  posts: readonly Post[],
) {
  for (const { id, email, role } of users) {
    await directory.provisionUser({ key: id, email }, { role, tenant: 'default' });
  }
  for (const { id, authorId } of posts) {
    await directory.assignRole({
      user: authorId,
      tenant: 'default',
      role: 'author',
      instance: `posts:${id}`,
    });
  }
}
/* oxlint-enable no-await-in-loop */

export async function compare(permissions: Permissions<Permission>, ability: Ability, post: Post) {
  const old = ability.can('update', post);
  const decision = await permissions.check('posts:update', post.id).catch(() => undefined);
  if (decision !== undefined && (decision.outcome === 'allow') !== old) {
    console.warn('differs', { post: post.id, old, now: decision.outcome });
  }
  return old;
}

const t = initTRPC
  .context<{ readonly permissions: Permissions<Permission> }>()
  .meta<{ readonly gate?: Gate }>()
  .create();
const { router } = t;
const permitted = createGates(t.procedure);

export const posts = router({
  update: permitted('posts:update', z.object({ id: z.string() }), ({ id }) => id)
    .input(z.object({ title: z.string() }))
    .mutation(({ input: { id, title } }) => save(id, title)),
});
