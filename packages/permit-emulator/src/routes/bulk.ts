import type { z } from 'zod';
import { findInstance, findTenant, findUser } from '../domain/find.ts';
import { replaceInstances } from '../domain/instances.ts';
import { removeInstance, removeTenant, removeUser } from '../domain/removal.ts';
import { createTenant } from '../domain/tenants.ts';
import { createTuples, deleteTuples } from '../domain/tuples.ts';
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

/** The response is `{}`. */
function bulkRoute<Body extends z.ZodType>(
  at: `${'DELETE' | 'POST' | 'PUT'} /v2/facts/{p}/{e}/${string}`,
  body: Body,
  run: (env: Environment, body: z.output<Body>) => void,
): Route {
  return inEnvironment(at, {
    body,
    run(env, call) {
      run(env, call.body);
      return {};
    },
  });
}

/** Finds all records before it removes the first. */
function removal<T>(
  path: 'resource_instances' | 'tenants' | 'users',
  [body, find]: readonly [typeof bulk.userIdents, (env: Environment, ident: string) => T],
  remove: (env: Environment, record: T) => void,
): Route {
  return bulkRoute(`DELETE /v2/facts/{p}/{e}/bulk/${path}`, body, (env, { idents }) => {
    for (const record of new Set(idents.map((ident) => find(env, ident)))) remove(env, record);
  });
}

export const bulkRoutes = [
  bulkRoute('POST /v2/facts/{p}/{e}/bulk/users', bulk.users, (env, { operations }) => {
    const keys = operations.map(({ key }) => key);
    refuseDuplicates('user', keys, (key) => env.users.has(key));
    for (const user of operations) planUser(env, user);
    for (const user of operations) createUser(env, user);
  }),
  bulkRoute('PUT /v2/facts/{p}/{e}/bulk/users', bulk.users, (env, { operations }) => {
    for (const user of operations) planUser(env, user);
    for (const user of operations) replaceUser(env, user.key, user);
  }),
  // The vendor's bulk deletion retains role assignments: a user who is created again has them.
  removal('users', [bulk.userIdents, findUser], (env, user) =>
    env.vendorQuirks ? env.users.delete(user) : removeUser(env, user),
  ),
  bulkRoute('POST /v2/facts/{p}/{e}/bulk/tenants', bulk.tenants, (env, { operations }) => {
    const keys = operations.map(({ key }) => key);
    refuseDuplicates('tenant', keys, (key) => env.tenants.has(key));
    for (const tenant of operations) createTenant(env, tenant);
  }),
  removal('tenants', [bulk.tenantIdents, findTenant], removeTenant),
  bulkRoute('PUT /v2/facts/{p}/{e}/bulk/resource_instances', bulk.instances, (env, { operations }) =>
    replaceInstances(env, operations),
  ),
  removal('resource_instances', [bulk.instanceIdents, findInstance], removeInstance),
  bulkRoute('POST /v2/facts/{p}/{e}/relationship_tuples/bulk', bulk.tuples, (env, { operations }) =>
    createTuples(env, operations),
  ),
  bulkRoute('DELETE /v2/facts/{p}/{e}/relationship_tuples/bulk', bulk.tupleIdents, (env, { idents }) =>
    deleteTuples(env, idents),
  ),
];
