import { z } from 'zod';
import { assignAll } from './domain/assignments.ts';
import { replaceInstances } from './domain/instances.ts';
import { createResource } from './domain/resources.ts';
import { createRole } from './domain/roles.ts';
import { createTenant, updateTenant } from './domain/tenants.ts';
import { createTuples } from './domain/tuples.ts';
import { createUser } from './domain/users.ts';
import { parse } from './http/validation.ts';
import type { Account } from './model/account.ts';
import type { Environment } from './model/environment.ts';
import { key } from './schemas/common.ts';
import { assignment, instanceCreate, tenantCreate, tupleCreate, userCreate } from './schemas/facts.ts';
import { resourceCreate, roleCreate } from './schemas/schema.ts';

/**
 * What an environment starts with: lists of the API's own create bodies. `tenants` may name `default`, which every
 * environment has, to describe it.
 */
const environmentSeed = {
  resources: z.array(resourceCreate).optional(),
  roles: z.array(roleCreate).optional(),
  tenants: z.array(tenantCreate).optional(),
  users: z.array(userCreate).optional(),
  resource_instances: z.array(instanceCreate).optional(),
  role_assignments: z.array(assignment).optional(),
  relationship_tuples: z.array(tupleCreate).optional(),
};

/** Lists at the top level seed the default environment; `projects` adds others. */
const seedSchema = z.strictObject({
  ...environmentSeed,
  projects: z
    .array(
      z.strictObject({
        key,
        name: z.string().optional(),
        environments: z
          .array(z.strictObject({ key, name: z.string().optional(), ...environmentSeed }))
          .optional(),
      }),
    )
    .optional(),
});

type EnvironmentSeed = z.output<z.ZodObject<typeof environmentSeed>>;

export type Seed = z.input<typeof seedSchema>;
export type ParsedSeed = z.output<typeof seedSchema>;

/** Throws `ValidationError` with the place of every mistake. */
export function parseSeed(input: unknown): ParsedSeed {
  return parse(seedSchema, input, 'seed');
}

export function applySeed(account: Account, defaultEnvironment: Environment, seed: ParsedSeed): void {
  seedEnvironment(defaultEnvironment, seed);
  for (const { key, name, environments } of seed.projects ?? []) {
    const project =
      [...account.projects.values()].find((known) => known.key === key) ??
      account.createProject({
        key,
        name: name ?? key,
        description: null,
        urn_namespace: null,
        settings: null,
        active_policy_repo_id: null,
      });
    for (const { key, name, ...lists } of environments ?? []) {
      const record =
        [...account.environmentRecords.values()].find(
          (known) => known.key === key && known.project_id === project.id,
        ) ?? account.createEnvironment(project, blankEnvironment(key, name));
      seedEnvironment(account.environment(record), lists);
    }
  }
}

export function blankEnvironment(key: string, name: string | undefined) {
  return { key, name: name ?? key, description: null, custom_branch_name: null, jwks: null, settings: null };
}

/** In an order in which everything finds what it refers to. */
function seedEnvironment(env: Environment, seed: EnvironmentSeed): void {
  env.batch(() => {
    for (const resource of seed.resources ?? []) createResource(env, resource);
    for (const role of seed.roles ?? []) createRole(env, role);
    for (const tenant of seed.tenants ?? []) {
      if (tenant.key === 'default') updateTenant(env, 'default', tenant);
      else createTenant(env, tenant);
    }
    replaceInstances(env, seed.resource_instances ?? []);
    createTuples(env, seed.relationship_tuples ?? []);
    for (const user of seed.users ?? []) createUser(env, user);
    assignAll(env, seed.role_assignments ?? [], 'fail');
  });
}
