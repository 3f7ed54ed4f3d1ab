import { findInstance, findTenant, findUser } from '../domain/find.ts';
import { replaceInstances } from '../domain/instances.ts';
import { removeInstance, removeTenant, removeUser } from '../domain/removal.ts';
import { createTenant } from '../domain/tenants.ts';
import { createUser, planUser, replaceUser } from '../domain/users.ts';
import { duplicate } from '../errors.ts';
import { inEnvironment } from '../http/route.ts';
import { bulk } from '../schemas/facts.ts';

/** The keys that exist already, or that the request repeats. Then nothing is written. */
function refuseDuplicates(kind: string, keys: readonly string[], isTaken: (key: string) => boolean): void {
  const seen = new Set<string>();
  for (const key of keys) {
    if (seen.has(key) || isTaken(key)) throw duplicate(kind, key);
    seen.add(key);
  }
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
  inEnvironment('DELETE /v2/facts/{p}/{e}/bulk/users', {
    body: bulk.userIdents,
    run(env, { body }) {
      const users = new Set(body.idents.map((ident) => findUser(env, ident)));
      for (const user of users) {
        // The vendor's bulk deletion keeps role assignments: a user who is created again has them again.
        if (env.vendorQuirks) env.users.delete(user);
        else removeUser(env, user);
      }
      return {};
    },
  }),
  inEnvironment('POST /v2/facts/{p}/{e}/bulk/tenants', {
    body: bulk.tenants,
    run(env, { body: { operations } }) {
      const keys = operations.map(({ key }) => key);
      refuseDuplicates('tenant', keys, (key) => env.tenants.has(key));
      for (const tenant of operations) createTenant(env, tenant);
      return {};
    },
  }),
  inEnvironment('DELETE /v2/facts/{p}/{e}/bulk/tenants', {
    body: bulk.tenantIdents,
    run(env, { body }) {
      const tenants = new Set(body.idents.map((ident) => findTenant(env, ident)));
      for (const tenant of tenants) removeTenant(env, tenant);
      return {};
    },
  }),
  inEnvironment('PUT /v2/facts/{p}/{e}/bulk/resource_instances', {
    body: bulk.instances,
    run(env, { body }) {
      replaceInstances(env, body.operations);
      return {};
    },
  }),
  inEnvironment('DELETE /v2/facts/{p}/{e}/bulk/resource_instances', {
    body: bulk.instanceIdents,
    run(env, { body }) {
      const instances = new Set(body.idents.map((ident) => findInstance(env, ident)));
      for (const instance of instances) removeInstance(env, instance);
      return {};
    },
  }),
];
