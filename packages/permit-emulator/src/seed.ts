import { z } from 'zod';
import { assignAll } from './domain/assignments.ts';
import { createConditionSet, createSetRule, updateConditionSet } from './domain/condition-sets.ts';
import { findConditionSet, findResource, findRole, findTenant } from './domain/find.ts';
import { replaceInstances } from './domain/instances.ts';
import { createProxyConfig } from './domain/proxy-configs.ts';
import { createResource, updateResource } from './domain/resources.ts';
import { createRole, updateRole } from './domain/roles.ts';
import { createTenant, updateTenant } from './domain/tenants.ts';
import { createTuples } from './domain/tuples.ts';
import { createUser } from './domain/users.ts';
import { parse } from './http/validation.ts';
import type { Account } from './model/account.ts';
import type { Environment } from './model/environment.ts';
import { key } from './schemas/common.ts';
import {
  assignment,
  instanceCreate,
  proxyConfigCreate,
  tenantCreate,
  tupleCreate,
  userCreate,
} from './schemas/facts.ts';
import {
  conditionSetCreate,
  resourceCreate,
  roleCreate,
  setRule,
  type ResourceCreate,
  type RoleCreate,
} from './schemas/schema.ts';
import { mapValues } from './domain/resource-parts.ts';

/**
 * Lists of the API's own create bodies, in any order: each object is created after those it refers to.
 * `tenants` may contain `default`, and `resources` may contain `__user`, which every environment has.
 */
const environmentSeed = {
  resources: z.array(resourceCreate).optional(),
  roles: z.array(roleCreate).optional(),
  tenants: z.array(tenantCreate).optional(),
  users: z.array(userCreate).optional(),
  resource_instances: z.array(instanceCreate).optional(),
  role_assignments: z.array(assignment).optional(),
  relationship_tuples: z.array(tupleCreate).optional(),
  condition_sets: z.array(conditionSetCreate).optional(),
  set_rules: z.array(setRule).optional(),
  proxy_configs: z.array(proxyConfigCreate).optional(),
};

/** The lists at the top level fill the default environment. */
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

/**
 * The initial content of the emulator, as written in a seed file: lists of the API's own create bodies. All
 * fields are optional. Keys are snake_case, as in Permit's API.
 */
export type Seed = z.input<typeof seedSchema>;
export type ParsedSeed = z.output<typeof seedSchema>;
export type EnvironmentSeed = z.output<z.ZodObject<typeof environmentSeed>>;

/** Validates a seed. Throws `ValidationError` with the location of every mistake in `detail`. */
export function parseSeed(input: unknown): ParsedSeed {
  return parse(seedSchema, input ?? {}, 'seed');
}

export function applySeed(account: Account, defaultEnvironment: Environment, seed: ParsedSeed): void {
  seedEnvironment(defaultEnvironment, seed);
  for (const { key, name, environments } of seed.projects ?? []) {
    const project =
      [...account.projects.values()].find((known) => known.key === key) ??
      account.createProject(blankProject(key, name));
    for (const { key, name, ...lists } of environments ?? []) {
      const record =
        [...account.environmentRecords.values()].find(
          (known) => known.key === key && known.project_id === project.id,
        ) ?? account.createEnvironment(project, blankEnvironment(key, name));
      seedEnvironment(account.environment(record), lists);
    }
  }
}

export function blankProject(key: string, name: string = key) {
  return { key, name, description: null, urn_namespace: null, settings: null, active_policy_repo_id: null };
}

export function blankEnvironment(key: string, name: string = key) {
  return { key, name, description: null, custom_branch_name: null, jwks: null, settings: null };
}

function seedEnvironment(env: Environment, seed: EnvironmentSeed): void {
  seedResources(env, seed.resources ?? []);
  seedRoles(env, seed.roles ?? []);
  for (const { key, ...tenant } of seed.tenants ?? []) {
    if (key === 'default') updateTenant(env, findTenant(env, key), tenant);
    else createTenant(env, { key, ...tenant });
  }
  replaceInstances(env, seed.resource_instances ?? []);
  createTuples(env, seed.relationship_tuples ?? []);
  for (const user of seed.users ?? []) createUser(env, user);
  assignAll(env, seed.role_assignments ?? [], 'fail');
  const sets = seed.condition_sets ?? [];
  for (const set of sets) createConditionSet(env, { ...set, parent_id: undefined });
  for (const { key, parent_id } of sets)
    if (parent_id != null) updateConditionSet(env, findConditionSet(env, key), { parent_id });
  for (const rule of seed.set_rules ?? []) createSetRule(env, rule);
  for (const config of seed.proxy_configs ?? []) createProxyConfig(env, config);
}

/** Resources refer to each other by relations, and roles by derivations: the referenced one comes first. */
function seedResources(env: Environment, resources: readonly ResourceCreate[]): void {
  for (const { key, ...input } of resources) {
    const fields = { ...input, relations: undefined, roles: undefined };
    const known = env.resources.get(key);
    if (known === undefined) createResource(env, { key, ...fields });
    else updateResource(env, known, fields);
  }
  for (const { key, relations } of resources) updateResource(env, findResource(env, key), { relations });
  for (const { key, roles } of resources) {
    const bare = roles == null ? roles : mapValues(roles, (role) => ({ ...role, granted_to: undefined }));
    updateResource(env, findResource(env, key), { roles: bare });
  }
  for (const { key, roles } of resources) updateResource(env, findResource(env, key), { roles });
}

function seedRoles(env: Environment, roles: readonly RoleCreate[]): void {
  for (const role of roles) createRole(env, { ...role, extends: undefined });
  for (const { key, extends: parents } of roles)
    if (parents != null) updateRole(env, findRole(env, key), { extends: parents });
}
