import { findInstance, findTenant, findUser } from '../domain/find.ts';
import { replaceInstances } from '../domain/instances.ts';
import { removeInstance, removeTenant, removeUser } from '../domain/removal.ts';
import { createTenant } from '../domain/tenants.ts';
import { createUser, planUser, replaceUser } from '../domain/users.ts';
import { duplicate } from '../errors.ts';
import { inEnvironment, type Route } from '../http/route.ts';
import type { Environment } from '../model/environment.ts';
import { bulk } from '../schemas/facts.ts';

/** Refuses an existing key, and a key that occurs twice. */
function refuseDuplicates(kind: string, keys: readonly string[], isTaken: (key: string) => boolean): void {
  const seen = new Set<string>();
  for (const key of keys) {
    if (seen.has(key) || isTaken(key)) throw duplicate(kind, key);
    seen.add(key);
  }
}

/** Finds all records before it removes the first. */
function removal<T>(
  path: 'resource_instances' | 'tenants' | 'users',
  [body, find]: readonly [typeof bulk.userIdents, (env: Environment, ident: string) => T],
  remove: (env: Environment, record: T) => void,
): Route {
  return inEnvironment(`DELETE /v2/facts/{p}/{e}/bulk/${path}`, {
    body,
    run(env, { body: { idents } }) {
      for (const record of new Set(idents.map((ident) => find(env, ident)))) remove(env, record);
      return {};
    },
  });
}

export const bulkRoutes = [
  inEnvironment('POST /v2/facts/{p}/{e}/bulk/users', {
    body: bulk.users,
    run(env, { body: { operations } }) {
      const keys = operations.map(({ key }) => key);
      refuseDuplicates('user', keys, (key) => env.users.has(key));
      for (const user of operations) planUser(env, user);
      for (const user of operations) createUser(env, user);
      return {};
    },
  }),
  inEnvironment('PUT /v2/facts/{p}/{e}/bulk/users', {
    body: bulk.users,
    run(env, { body: { operations } }) {
      for (const user of operations) planUser(env, user);
      for (const user of operations) replaceUser(env, user.key, user);
      return {};
    },
  }),
  // The vendor's bulk deletion retains role assignments: a user who is created again has them.
  removal('users', [bulk.userIdents, findUser], (env, user) =>
    env.vendorQuirks ? env.users.delete(user) : removeUser(env, user),
  ),
  inEnvironment('POST /v2/facts/{p}/{e}/bulk/tenants', {
    body: bulk.tenants,
    run(env, { body: { operations } }) {
      const keys = operations.map(({ key }) => key);
      refuseDuplicates('tenant', keys, (key) => env.tenants.has(key));
      for (const tenant of operations) createTenant(env, tenant);
      return {};
    },
  }),
  removal('tenants', [bulk.tenantIdents, findTenant], removeTenant),
  inEnvironment('PUT /v2/facts/{p}/{e}/bulk/resource_instances', {
    body: bulk.instances,
    run(env, { body }) {
      replaceInstances(env, body.operations);
      return {};
    },
  }),
  removal('resource_instances', [bulk.instanceIdents, findInstance], removeInstance),
];
